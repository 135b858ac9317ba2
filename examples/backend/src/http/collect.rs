//! Answers that come by another way than a device.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consentkit_core::id::Id;
use consentkit_core::policy::Policy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::app::App;
use super::parts::Path;
use super::problem::Problem;
use super::wire::Wire;
use crate::collect::{About, Said, Unfit, Voice, collect, people};
use crate::limits::{GUARDIAN_LINK_LIFE, MAX_NAME_BYTES};
use crate::random::Random;
use crate::store::Shelf;
use crate::tenant::Tenant;

/// What somebody said at the phone or at the till.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Choice {
    #[serde(flatten)]
    about: About,
    #[serde(flatten)]
    said: Said,
}

/// The record that came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    id: String,
}

/// A link to be given to a guardian.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The last part of `/v1/guardian/{token}`; it works once.
    token: String,
    /// Milliseconds.
    expires_in: u64,
}

/// Puts down what a person has said to somebody.
///
/// # Errors
/// `SITE_UNKNOWN`, `PERSON_INVALID`, `ITEM_UNKNOWN`, or `NOT_COMMITTED`.
#[utoipa::path(post, path = "/v1/choices", tag = "sites", request_body = Choice, security(("key" = ["collect"])),
    responses((status = 200, body = Made), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn choice(State(app): State<App>, caller: Caller, Wire(Choice { about, said }): Wire<Choice>) -> Result<Json<Made>, Problem> {
    let policy = policy(&caller.tenant, &about)?;
    fits(&said)?;
    let (nonce, by) = (app.random()?.id("nonce"), caller.key().to_owned());
    let tenant = caller.tenant;
    let made = app.writer.commit(move |shelf| collect(shelf, &tenant.id, &policy, &about, &said, (Voice::Agent, &by), nonce)).await?;
    made.map(made_of).map_err(unfit)
}

/// Makes a link by which a guardian answers, once.
///
/// # Errors
/// `SITE_UNKNOWN`, `PERSON_INVALID`, or `NOT_COMMITTED`.
#[utoipa::path(post, path = "/v1/guardian-links", tag = "sites", request_body = About, security(("key" = ["collect"])),
    responses((status = 200, body = Link), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn link(State(app): State<App>, caller: Caller, Wire(about): Wire<About>) -> Result<Json<Link>, Problem> {
    policy(&caller.tenant, &about)?;
    let token = app.random()?.id("link").to_text();
    let expires_in = u64::try_from(GUARDIAN_LINK_LIFE.as_millis()).unwrap_or_default();
    let content = serde_json::to_string(&about).unwrap_or_default();
    let hash = Id::of(token.as_bytes());
    let keep = move |shelf: &Shelf<'_>| shelf.keep_link(hash, &caller.tenant.id, &content, shelf.now.saturating_add(expires_in));
    app.writer.commit(keep).await?;
    Ok(Json(Link { token, expires_in }))
}

/// Takes a guardian's answer.
///
/// # Errors
/// `LINK_USED` for a link that is unknown, over or used; `ITEM_UNKNOWN`, or `NOT_COMMITTED`.
#[utoipa::path(post, path = "/v1/guardian/{token}", tag = "people", params(("token" = String, Path)), request_body = Said,
    responses((status = 200, body = Made), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn guardian(State(app): State<App>, Path(token): Path<String>, Wire(said): Wire<Said>) -> Result<Json<Made>, Problem> {
    fits(&said)?;
    let (hash, random, tenants) = (Id::of(token.as_bytes()), app.random()?, app.tenants.clone());
    let made = app.writer.commit(move |shelf| {
        let Some((tenant, content)) = shelf.open_link(hash)? else { return Ok(None) };
        let found = tenants.named(&tenant).zip(serde_json::from_str::<About>(&content).ok());
        let Some((tenant, about)) = found else { return Ok(None) };
        let Some(policy) = tenant.policies.get(&about.site) else { return Ok(None) };
        let made = by_guardian(shelf, tenant, policy, &about, &said, &random)?;
        if let Ok(record) = &made {
            shelf.use_link(hash, *record)?;
        }
        Ok(Some(made))
    });
    let used = || Problem::new(StatusCode::NOT_FOUND, "LINK_USED", "the link is unknown, over or was used; ask for a new one");
    made.await?.ok_or_else(used)?.map(made_of).map_err(unfit)
}

fn by_guardian(
    shelf: &Shelf<'_>,
    tenant: &Tenant,
    policy: &Policy,
    about: &About,
    said: &Said,
    random: &Random,
) -> crate::store::Result<Result<Id, Unfit>> {
    collect(shelf, &tenant.id, policy, about, said, (Voice::Guardian, "link"), random.id("nonce"))
}

fn policy(tenant: &Tenant, about: &About) -> Result<Arc<Policy>, Problem> {
    let too_long = [&about.subject, &about.account, &about.region, &about.age].iter().any(|name| name.len() > MAX_NAME_BYTES);
    if people(about).is_empty() || too_long {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "PERSON_INVALID", "name a subject, an account or both").at("subject"));
    }
    let unknown =
        || Problem::new(StatusCode::BAD_REQUEST, "SITE_UNKNOWN", "give the server the policy of the site: see the README").at("site");
    tenant.policies.get(&about.site).cloned().ok_or_else(unknown)
}

fn fits(said: &Said) -> Result<(), Problem> {
    let is_word =
        |text: &str| text.len() <= 64 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if !is_word(&said.method) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "METHOD_INVALID", "a method is a word: letters, digits, _ and -").at("method"));
    }
    let is_notice = said.notice.is_empty() || (Id::from_text(&said.notice).is_some() && is_word(&said.language));
    let wrong = || Problem::new(StatusCode::BAD_REQUEST, "NOTICE_INVALID", "name the hash of a notice and its language").at("notice");
    is_notice.then_some(()).ok_or_else(wrong)
}

fn made_of(id: Id) -> Json<Made> {
    Json(Made { id: id.to_text() })
}

fn unfit(unfit: Unfit) -> Problem {
    match unfit {
        Unfit::Item(item) => {
            Problem::new(StatusCode::BAD_REQUEST, "ITEM_UNKNOWN", "name items of the policy").at(format!("answers.{item}"))
        }
        Unfit::Policy => Problem::new(StatusCode::BAD_REQUEST, "POLICY_INVALID", "check the policy with `consentkit check`").at("site"),
    }
}
