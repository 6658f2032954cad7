//! `import` at a server: what the tills beneath are to sell, into the chains that go down to them.
//!
//! Goods, parties and outlets are everybody's and stand in the `public` chain; lots, staff, settings and buyers in the
//! chain of their outlet. It may run beside the server: one transaction, which the server sees with its next request.

use crate::allot;
use crate::clock::Instruments;
use crate::home::{Home, HomeError};
use crate::organisation;
use crate::own_chain::{Author, SignError, TRIES_MAX};
use crate::restored;
use jishi_catalogue::{Import, ImportError, ImportFault, ImportFile, ImportReport, Known, Taken};
use jishi_journal::body::{Audience, Body};
use jishi_journal::{ChainId, Entry, NameKey};
use jishi_ledger::{Ledger, Step, StoreError, Work};
use std::path::Path;

/// Read from the store at a time.
const READ_ENTRIES: u32 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl From<SignError> for CatalogueError {
    fn from(error: SignError) -> CatalogueError {
        CatalogueError::Home(error.into())
    }
}

impl From<StoreError> for CatalogueError {
    fn from(error: StoreError) -> CatalogueError {
        CatalogueError::Home(error.into())
    }
}

impl CatalogueError {
    pub fn code(&self) -> &'static str {
        match self {
            CatalogueError::Home(error) => error.code(),
            CatalogueError::Import(error) => error.code(),
        }
    }
}

/// A file, and what is to be done with it.
pub struct CatalogueRequest<'a, 'w> {
    pub file: &'a ImportFile,
    /// For which outlet its lots, staff, settings and buyers are; none means the one that the file names.
    pub outlet: Option<&'a str>,
    /// Only says what it would do.
    pub check_only: bool,
    /// Pictures that rows of products name, by the row's number and the name. They are looked at, so that the fact is
    /// the same as at a till; they themselves go into no chain.
    pub pictures: &'a dyn Fn(u32, &str) -> Option<Vec<u8>>,
    pub work: &'a mut Work<'w>,
}

impl std::fmt::Debug for CatalogueRequest<'_, '_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CatalogueRequest")
            .field("outlet", &self.outlet)
            .field("check_only", &self.check_only)
            .finish()
    }
}

/// Takes a file in, all of it or nothing. The same again changes nothing.
pub fn import(
    folder: &Path,
    request: CatalogueRequest<'_, '_>,
    instruments: &Instruments,
) -> Result<ImportReport, CatalogueError> {
    let CatalogueRequest {
        file,
        check_only,
        pictures,
        work,
        ..
    } = request;
    let mut home = Home::to_write(folder, instruments)?;
    if !check_only {
        // It would write revisions that others have already.
        restored::must_be_whole(&home.ledger, &home.key.public())?;
    }
    let known = Known::read(&home.ledger)?;
    let outlet =
        outlet_meant(file, request.outlet, &known).map_err(|fault| ImportError::Rows(vec![fault]))?;
    let given = given(&home, outlet)?;
    let placed = placed(&home, file, outlet).map_err(|refused| match refused {
        NotPlaced::Row(fault) => ImportError::Rows(vec![fault]).into(),
        NotPlaced::Store(error) => CatalogueError::from(error),
    })?;
    let file = placed.as_ref().unwrap_or(file);
    let entropy = |bytes: &mut [u8]| (instruments.entropy)(bytes);
    let Taken {
        report,
        bodies,
        name_keys,
        ..
    } = Import::giving(&known, &given, &entropy).read(file, pictures, work)?;
    if check_only || bodies.is_empty() {
        return Ok(report);
    }
    let (own, public): (Vec<Body>, Vec<Body>) = bodies.into_iter().partition(is_of_outlet);
    let facts = Facts {
        public,
        own: outlet
            .map(|outlet| (outlet, own))
            .filter(|(_, own)| !own.is_empty()),
        name_keys,
    };
    record(&mut home, &facts, instruments, work)?;
    let author = Author::of_home(&home, instruments);
    allot::review_beside(&mut home.ledger, &author, &allot::Which::All, &instruments.at());
    home.keep_ends();
    Ok(report)
}

/// Each to its audience: a borrowed laptop never holds another outlet's PINs.
fn is_of_outlet(body: &Body) -> bool {
    matches!(
        body,
        Body::LotReceived(_)
            | Body::LotRevised(_)
            | Body::StaffPut(_)
            | Body::SettingPut(_)
            | Body::BuyerPut(_)
    )
}

/// The outlet that the file's own things are for.
fn outlet_meant<'a>(
    file: &'a ImportFile,
    asked: Option<&'a str>,
    known: &Known,
) -> Result<Option<&'a str>, ImportFault> {
    let fault = |list: &str, name: &str, code: &str| ImportFault {
        list: list.to_owned(),
        row: 1,
        name: name.to_owned(),
        code: code.to_owned(),
        written: None,
    };
    let named = file.outlet.as_ref().map(|outlet| outlet.code.as_str());
    match (asked, named) {
        (Some(asked), Some(named)) if asked != named => Err(fault("outlet", named, "another_outlet")),
        (Some(asked), None) if !known.outlets.contains_key(asked) => {
            Err(fault("outlet", asked, "no_such_outlet"))
        }
        (Some(outlet), _) | (None, Some(outlet)) => Ok(Some(outlet)),
        (None, None) => {
            let homeless = [
                ("lots", file.lots.is_empty()),
                ("staff", file.staff.is_empty()),
                ("buyers", file.buyers.is_empty()),
                ("settings", file.settings.is_none()),
                ("fund", file.fund.is_none()),
            ];
            match homeless.iter().find(|(_, is_empty)| !is_empty) {
                Some((list, _)) => Err(fault(list, "", "no_outlet")),
                None => Ok(None),
            }
        }
    }
}

enum NotPlaced {
    Row(ImportFault),
    Store(StoreError),
}

impl From<StoreError> for NotPlaced {
    fn from(error: StoreError) -> NotPlaced {
        NotPlaced::Store(error)
    }
}

/// The file with its outlet placed, where that is this server's to do: in the organisation that the file names, or in
/// the one that the server is bound to where nobody has placed it yet. Another organisation's outlet is not filled here.
fn placed(home: &Home, file: &ImportFile, outlet: Option<&str>) -> Result<Option<ImportFile>, NotPlaced> {
    let tree = organisation::tree(home)?;
    let own = &home.facts.public_key;
    let refused = |code: &str| {
        NotPlaced::Row(ImportFault {
            list: "outlet".to_owned(),
            row: 1,
            name: outlet.unwrap_or_default().to_owned(),
            code: code.to_owned(),
            written: None,
        })
    };
    let stands = outlet.and_then(|outlet| tree.of_outlet(outlet));
    if stands.is_some_and(|of| !tree.may_see(own, of)) {
        return Err(refused("not_beneath"));
    }
    let Some(row) = &file.outlet else {
        return Ok(None);
    };
    match &row.organisation {
        Some(named) if tree.organisation(named).is_none() => Err(refused("no_such_organisation")),
        Some(named) if !tree.may_see(own, named) => Err(refused("not_beneath")),
        None if stands.is_none() && tree.own().is_some() => {
            let mut file = file.clone();
            if let Some(row) = &mut file.outlet {
                row.organisation = tree.own().map(str::to_owned);
            }
            Ok(Some(file))
        }
        _ => Ok(None),
    }
}

/// What the chains that go down to this outlet's tills say already: this server's own, and those of the servers above.
fn given(home: &Home, outlet: Option<&str>) -> Result<Known, StoreError> {
    let mut keys = vec![home.key.public()];
    keys.extend(jishi_uplink::above(&home.ledger)?);
    let keys = jishi_uplink::with_former_keys(&home.ledger, &keys)?;
    let mut given = Known::default();
    for chain in jishi_uplink::chains_of(&home.ledger, &keys)? {
        let is_for_them = match &chain.audience {
            Audience::Public => true,
            Audience::Outlet(code) => Some(code.as_str()) == outlet,
            Audience::Closed => false,
        };
        if is_for_them {
            read_into(&mut given, &home.ledger, chain.record.chain)?;
        }
    }
    Ok(given)
}

fn read_into(known: &mut Known, ledger: &Ledger, chain: ChainId) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let entries = ledger.entries_after(chain, after, READ_ENTRIES)?;
        if entries.is_empty() {
            return Ok(());
        }
        after += entries.len() as u64;
        for signed in entries {
            let entry = Entry::parse(&signed.line)
                .map_err(|error| StoreError::Damaged(format!("chain {chain}: {error}")))?;
            known.take(entry.body());
        }
    }
}

/// What is going to be recorded.
struct Facts<'a> {
    public: Vec<Body>,
    own: Option<(&'a str, Vec<Body>)>,
    name_keys: Vec<(String, NameKey)>,
}

fn record(
    home: &mut Home,
    facts: &Facts<'_>,
    instruments: &Instruments,
    work: &mut Work<'_>,
) -> Result<(), CatalogueError> {
    let author = Author::of_home(home, instruments);
    let mut tries = 0;
    loop {
        // Signed before the transaction: meanwhile the server takes in what it is sent.
        let at = instruments.at();
        let mut chains = Vec::new();
        if !facts.public.is_empty() {
            let chain = home.facts.public_chain;
            chains.push(author.sign_public(&home.ledger, chain, &facts.public, &at)?);
        }
        if let Some((outlet, bodies)) = &facts.own {
            chains.push(author.sign_for_outlet(&home.ledger, outlet, bodies, &at)?);
        }
        let total: usize = chains.iter().map(|chain| chain.entries.len()).sum();
        let mut done = 0;
        let stored = home.ledger.write(|writer| -> Result<(), StoreError> {
            for chain in &chains {
                chain.store(writer, |more| {
                    done += more as u64;
                    work.must_be_at(Step::Record, done, total as u64)
                })?;
            }
            facts
                .name_keys
                .iter()
                .try_for_each(|(party, key)| writer.put_name_key(party, key))
        });
        match stored {
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            other => return Ok(other?),
        }
    }
}
