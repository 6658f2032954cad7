//! The tree of organisations as this server may change it: what stands beneath the organisation that it is bound to, and
//! all of it where it is bound to none. It may run beside the server.

use crate::clock::Instruments;
use crate::home::{Home, HomeError, is_code};
use crate::own_chain::{Author, SignError, TRIES_MAX};
use crate::restored;
use jishi_journal::body::{Body, OrganisationPut, OutletPut};
use jishi_ledger::organisations::{Tree, depth_of};
use jishi_ledger::{OpenMode, StoreError};
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("there is no such organisation")]
    NoSuchOrganisation,
    #[error("there is no such outlet")]
    NoSuchOutlet,
    #[error("that does not stand beneath this server's organisation")]
    NotBeneath,
    /// What stands beneath an organisation is of a narrower level.
    #[error("the level does not fit what it stands beneath, or what stands beneath it")]
    WrongLevel,
}

impl From<StoreError> for OrganisationError {
    fn from(error: StoreError) -> OrganisationError {
        OrganisationError::Home(error.into())
    }
}

impl From<SignError> for OrganisationError {
    fn from(error: SignError) -> OrganisationError {
        OrganisationError::Home(error.into())
    }
}

impl OrganisationError {
    pub fn code(&self) -> &'static str {
        match self {
            OrganisationError::Home(error) => error.code(),
            OrganisationError::NoSuchOrganisation => "no_such_organisation",
            OrganisationError::NoSuchOutlet => "no_such_outlet",
            OrganisationError::NotBeneath => "not_beneath",
            OrganisationError::WrongLevel => "wrong_level",
        }
    }
}

/// An organisation as it is to be.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationRequest<'a> {
    pub code: &'a str,
    pub level: &'a str,
    pub name: &'a str,
    /// None at the top.
    pub parent: Option<&'a str>,
}

#[derive(Debug, Clone, Copy)]
pub struct OutletPlaced<'a> {
    pub outlet: &'a str,
    pub beneath: &'a str,
}

/// As this server sees it.
pub fn tree(home: &Home) -> Result<Tree, StoreError> {
    let above = jishi_uplink::above(&home.ledger)?;
    home.ledger.organisations(&home.key.public(), &above)
}

pub fn organisations(folder: &Path) -> Result<Tree, OrganisationError> {
    Ok(tree(&Home::open(folder, OpenMode::Read)?)?)
}

/// Puts an organisation; says whether that changed anything. In this order: its code and name, its parent, whether it is
/// this server's to change, its level.
pub fn put_organisation(
    folder: &Path,
    request: OrganisationRequest<'_>,
    instruments: &Instruments,
) -> Result<bool, OrganisationError> {
    let mut home = Home::to_write(folder, instruments)?;
    // What it put lately it does not know yet, and would put anew.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    let name = request.name.trim();
    if !is_code(request.code) || name.is_empty() {
        return Err(HomeError::BadOrganisation.into());
    }
    record(&mut home, instruments, |home| {
        let tree = tree(home)?;
        may_put(&tree, &home.facts.public_key, request)?;
        let stands = tree.organisation(request.code).map(|one| &one.put);
        let revision = stands.map_or(0, |put| put.revision);
        let make = |revision| OrganisationPut {
            code: request.code.to_owned(),
            revision,
            level: request.level.to_owned(),
            name: name.to_owned(),
            parent: request.parent.map(str::to_owned),
        };
        Ok(match stands {
            Some(put) if *put == make(revision) => None,
            _ => Some(Body::OrganisationPut(make(revision.saturating_add(1)))),
        })
    })
}

fn may_put(tree: &Tree, own: &str, request: OrganisationRequest<'_>) -> Result<(), OrganisationError> {
    let parent = match request.parent {
        Some(code) => Some(
            tree.organisation(code)
                .ok_or(OrganisationError::NoSuchOrganisation)?,
        ),
        None => None,
    };
    // Neither may it be taken from where it stands, nor put where it would be another's; and what a server above has
    // said stands whatever is said here.
    let stands = tree.organisation(request.code);
    let is_anothers = stands.is_some_and(|one| tree.speaks_before(&one.said_by, own));
    let is_bound = tree.own().is_some();
    if is_anothers || parent.map_or(is_bound, |parent| !tree.may_see(own, &parent.put.code)) {
        return Err(OrganisationError::NotBeneath);
    }
    let depth = depth_of(request.level).ok_or(OrganisationError::WrongLevel)?;
    let beneath = tree.in_order().into_iter().map(|(_, one)| &one.put);
    let mut beneath = beneath.filter(|put| put.parent.as_deref() == Some(request.code));
    let fits = parent.is_none_or(|parent| depth_of(&parent.put.level).is_some_and(|above| above < depth))
        && beneath.all(|put| depth_of(&put.level).is_none_or(|narrower| depth < narrower));
    match fits {
        true => Ok(()),
        false => Err(OrganisationError::WrongLevel),
    }
}

/// Puts an outlet beneath an organisation; says whether that changed anything. In this order: is there such an outlet,
/// such an organisation, are both this server's.
pub fn place_outlet(
    folder: &Path,
    placed: OutletPlaced<'_>,
    instruments: &Instruments,
) -> Result<bool, OrganisationError> {
    let mut home = Home::to_write(folder, instruments)?;
    // What it put lately it does not know yet, and would put anew.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    record(&mut home, instruments, |home| {
        let mut outlets = home.ledger.outlets()?.into_iter();
        let known = outlets.find(|outlet| outlet.code == placed.outlet);
        let known = known.ok_or(OrganisationError::NoSuchOutlet)?;
        let tree = tree(home)?;
        let own = &home.facts.public_key;
        if tree.organisation(placed.beneath).is_none() {
            return Err(OrganisationError::NoSuchOrganisation);
        }
        let stands = tree.of_outlet(placed.outlet);
        let above = tree.placed_above(placed.outlet, own);
        let is_within = above.is_none_or(|above| tree.is_beneath(placed.beneath, above));
        if !is_within || !tree.may_see(own, placed.beneath) {
            return Err(OrganisationError::NotBeneath);
        }
        Ok((stands != Some(placed.beneath)).then(|| {
            Body::OutletPut(OutletPut {
                revision: known.revision.saturating_add(1),
                organisation: Some(placed.beneath.to_owned()),
                ..known
            })
        }))
    })
}

/// What `plan` finds is to be said, in the public chain. It is asked anew where the server wrote meanwhile.
fn record(
    home: &mut Home,
    instruments: &Instruments,
    plan: impl Fn(&Home) -> Result<Option<Body>, OrganisationError>,
) -> Result<bool, OrganisationError> {
    let author = Author::of_home(home, instruments);
    let mut tries = 0;
    loop {
        let Some(body) = plan(home)? else {
            return Ok(false);
        };
        let chain = home.facts.public_chain;
        let signed = author.sign_public(&home.ledger, chain, &[body], &instruments.at())?;
        match home.ledger.write(|writer| signed.store(writer, |_| Ok(()))) {
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            stored => {
                stored?;
                home.keep_ends();
                return Ok(true);
            }
        }
    }
}
