//! Installs what the other verbs need, and only what is missing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::run::{cargo, command, has, loud, quiet, root, step};

/// A program, the Debian package that has it, and what it is for.
const PROGRAMS: [(&str, &str, &str); 10] = [
    ("node", "nodejs", "the npm package"),
    ("npm", "npm", "the npm package"),
    ("chromium", "chromium", "browser tests"),
    ("chromedriver", "chromium-driver", "browser tests"),
    ("firefox-esr", "firefox-esr", "browser tests"),
    ("WebKitWebDriver", "webkit2gtk-driver", "browser tests"),
    ("Xvfb", "xvfb", "browser tests in WebKitGTK"),
    ("mvn", "maven", "the Kotlin library"),
    ("pg_ctlcluster", "postgresql", "tests of the backend on PostgreSQL"),
    ("strace", "strace", "power cuts of the backend"),
];

/// Fonts for the scripts of the interface's texts, which the browser tests measure: a file of the Debian package that has it.
const FONTS: [(&str, &str); 2] = [
    ("/usr/share/fonts/truetype/noto/NotoSansTamil-Regular.ttf", "fonts-noto-core"),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "fonts-wqy-zenhei"),
];

/// Folders with npm packages.
const NPM: [&str; 2] = ["js", "tests/browser"];

/// Installs what is missing; what it may not install it names.
pub(crate) fn setup() -> Result<()> {
    step("Rust target and components", rust)?;
    programs()?;
    geckodriver()?;
    NPM.iter().try_for_each(|folder| npm_packages(folder))?;
    println!("ready: `cargo xtask demo` shows it, `cargo xtask test` checks everything");
    Ok(())
}

/// `npm ci`, unless the installed packages are those of the lock file.
pub(crate) fn npm_packages(folder: &str) -> Result<()> {
    let folder_path = root().join(folder);
    let lock = fs::read(folder_path.join("package-lock.json")).with_context(|| format!("{folder} has no package-lock.json"))?;
    let mark = folder_path.join("node_modules/.installed-from");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("npm packages of {folder}"), || {
        quiet(command("npm", folder).args(["ci", "--no-audit", "--no-fund"]))?;
        fs::write(mark, lock).map_err(Into::into)
    })
}

/// rustup reads the versions from rust-toolchain.toml, unless the name of a toolchain stands in its environment, as its own
/// `cargo` puts it there: then it would leave out the components. Without rustup the toolchain is somebody else's.
fn rust() -> Result<()> {
    if has("rustup") {
        quiet(command("rustup", ".").args(["toolchain", "install"]).env_remove("RUSTUP_TOOLCHAIN"))?;
    } else {
        println!("  rustup is missing: the target and components of rust-toolchain.toml must be there already");
    }
    Ok(())
}

fn programs() -> Result<()> {
    let programs = PROGRAMS.iter().filter(|(program, ..)| !has(program)).copied();
    let fonts = FONTS.iter().filter(|(file, _)| !Path::new(file).is_file()).map(|(file, package)| (*file, *package, "browser tests"));
    let missing: Vec<_> = programs.chain(fonts).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|(_, package, _)| *package).collect();
    if has("apt-get") && is_root() {
        return step(&format!("Debian packages: {}", packages.join(" ")), || {
            let apt = || {
                let mut apt = command("apt-get", ".");
                apt.env("DEBIAN_FRONTEND", "noninteractive");
                apt
            };
            quiet(apt().arg("update"))?;
            loud(apt().args(["install", "--yes", "--no-install-recommends"]).args(&packages))
        });
    }
    for (program, package, what_for) in missing {
        println!("  {program} is missing (for {what_for}): install the package {package}");
    }
    Ok(())
}

/// Firefox is driven by a program that no Debian package has; the Rust registry has it.
fn geckodriver() -> Result<()> {
    let folder = root().join("tests/browser/.cache/gecko");
    if has("geckodriver") || folder.join("bin/geckodriver").is_file() {
        return Ok(());
    }
    step("geckodriver, for Firefox", || {
        quiet(cargo().args(["install", "geckodriver", "--locked", "--quiet", "--root"]).arg(&folder)).map(drop)
    })
}

fn is_root() -> bool {
    quiet(command("id", ".").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
