//! The example shop with its third parties and the receiving server, on this machine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::engine::Mode;
use crate::js;
use crate::run::{cargo, command, quiet, root, step, target};
use crate::serve::Site;

/// Runs until it is interrupted. Port 0 takes a free one.
pub(crate) fn demo(port: u16) -> Result<()> {
    js::build(Mode::Fast)?;
    let folder = target().join("demo");
    let package = step("packing and installing the npm package", js::installed)?;
    step("receiving server", || quiet(cargo().args(["build", "--quiet", "--package", "consentkit-backend"])).map(drop))?;

    let shop = Site::bind(folder.join("site"), port)?;
    let third = [(); 3].map(|()| Site::bind(root().join("examples/shop/third-party"), 0));
    let [analytics, ads, maps] = third;
    let (analytics, ads, maps) = (analytics?, ads?, maps?);
    let (mut backend, endpoint) = start_backend(&folder)?;
    step("npx consentkit build for the shop", || compile_shop(&package, &folder, &endpoint))?;

    let origins = [("%ANALYTICS%", analytics.origin()), ("%ADS%", ads.origin()), ("%MAPS%", maps.origin())];
    println!("\nshop      {}\nrecords   {endpoint}, kept in {}\nCtrl-C ends it", shop.origin(), folder.join("records.sqlite").display());
    std::thread::scope(|scope| {
        for site in [&analytics, &ads, &maps] {
            scope.spawn(|| site.serve(&[]));
        }
        scope.spawn(|| shop.serve(&origins));
        backend.wait().context("the receiving server is gone").map(drop)
    })
}

fn start_backend(folder: &Path) -> Result<(Child, String)> {
    fs::create_dir_all(folder)?;
    let program = target().join("debug/consentkit-backend");
    let mut child =
        command(program, ".").args(["serve", "--port", "0", "--db"]).arg(folder.join("records.sqlite")).stdout(Stdio::piped()).spawn()?;
    let said = BufReader::new(child.stdout.take().context("the receiving server says nothing")?);
    for line in said.lines() {
        if let Some((_, origin)) = line?.split_once("listening on ") {
            return Ok((child, origin.trim().to_owned()));
        }
    }
    anyhow::bail!("the receiving server ended before it listened")
}

/// The shop's pages, with the policy compiled for the receiving server of this run.
fn compile_shop(package: &Path, folder: &Path, endpoint: &str) -> Result<()> {
    let source = root().join("examples/shop");
    let mut policy: Value = serde_json::from_slice(&fs::read(source.join("policy.json"))?)?;
    let settings =
        policy.as_object_mut().context("the policy is no object")?.entry("settings").or_insert_with(|| Value::Object(Default::default()));
    settings.as_object_mut().context("the settings are no object")?.insert("endpoint".to_owned(), endpoint.into());
    fs::write(folder.join("policy.json"), serde_json::to_string_pretty(&policy)?)?;
    copy(&source.join("public"), &folder.join("site"))?;
    js::consentkit(package, &["build"], &folder.join("policy.json"), &folder.join("site/consent"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
