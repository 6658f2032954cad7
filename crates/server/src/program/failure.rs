//! Why a command did not do what it was asked, with the code that scripts go by.

use crate::words;
use jishi_server::{
    AllotError, BundleExportError, BundleImportError, CatalogueError, FaultError, HomeError, InviteError,
    JoinError, OrganisationError, PriceError, RestoreError, ServeError,
};
use jishi_sync::AddressError;
use jishi_terminal::Tongue;

#[derive(Debug)]
pub(crate) enum Failure {
    /// What any program of Jishi's may refuse.
    Terminal(jishi_terminal::Failure),
    Home(HomeError),
    Serve(ServeError),
    Invite(InviteError),
    Join(JoinError),
    Address(AddressError),
    Bundle(BundleImportError),
    Export(BundleExportError),
    Catalogue(CatalogueError),
    Fault(FaultError),
    Allot(AllotError),
    Organisation(OrganisationError),
    Price(PriceError),
    Restore(RestoreError),
    /// Of some chain in a bundle not all was taken; which and why stands on stdout.
    ChainsRefused,
}

impl From<BundleImportError> for Failure {
    fn from(error: BundleImportError) -> Failure {
        Failure::Bundle(error)
    }
}

impl From<BundleExportError> for Failure {
    fn from(error: BundleExportError) -> Failure {
        Failure::Export(error)
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Failure {
        match error {
            CatalogueError::Home(error) => error.into(),
            error => Failure::Catalogue(error),
        }
    }
}

impl From<FaultError> for Failure {
    fn from(error: FaultError) -> Failure {
        match error {
            FaultError::Home(error) => error.into(),
            error => Failure::Fault(error),
        }
    }
}

impl From<AllotError> for Failure {
    fn from(error: AllotError) -> Failure {
        match error {
            AllotError::Home(error) => error.into(),
            error => Failure::Allot(error),
        }
    }
}

impl From<OrganisationError> for Failure {
    fn from(error: OrganisationError) -> Failure {
        match error {
            OrganisationError::Home(error) => error.into(),
            error => Failure::Organisation(error),
        }
    }
}

impl From<PriceError> for Failure {
    fn from(error: PriceError) -> Failure {
        match error {
            PriceError::Home(error) => error.into(),
            error => Failure::Price(error),
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Failure {
        match error {
            RestoreError::Home(error) => error.into(),
            error => Failure::Restore(error),
        }
    }
}

impl From<jishi_terminal::Failure> for Failure {
    /// What a ledger refuses is said in the words of a server.
    fn from(failure: jishi_terminal::Failure) -> Failure {
        match failure {
            jishi_terminal::Failure::Ledger(error) => HomeError::Open(error).into(),
            failure => Failure::Terminal(failure),
        }
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Failure {
        Failure::Home(error)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Failure {
        Failure::Serve(error)
    }
}

impl From<InviteError> for Failure {
    fn from(error: InviteError) -> Failure {
        Failure::Invite(error)
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Failure {
        Failure::Join(error)
    }
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Failure {
        Failure::Address(error)
    }
}

impl Failure {
    pub(crate) fn code(&self) -> &str {
        match self {
            Failure::Terminal(failure) => failure.code(),
            Failure::Home(error) => error.code(),
            Failure::Serve(error) => error.code(),
            Failure::Invite(error) => error.code(),
            Failure::Join(error) => error.code(),
            Failure::Address(error) => error.code(),
            Failure::Bundle(error) => error.code(),
            Failure::Export(error) => error.code(),
            Failure::Catalogue(error) => error.code(),
            Failure::Fault(error) => error.code(),
            Failure::Allot(error) => error.code(),
            Failure::Organisation(error) => error.code(),
            Failure::Price(error) => error.code(),
            Failure::Restore(error) => error.code(),
            Failure::ChainsRefused => "chains_refused",
        }
    }

    /// Whether there is nobody left to say it to.
    pub(crate) fn is_said(&self) -> bool {
        matches!(self, Failure::Terminal(failure) if failure.is_said())
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Terminal(failure) => failure.exit_code(),
            _ => 1,
        }
    }

    pub(crate) fn message(&self, tongue: Tongue) -> String {
        let (chinese, english) = match self {
            Failure::Terminal(failure) => return failure.message(tongue),
            Failure::Home(error) => words::home(error, tongue),
            Failure::Serve(error) => words::serve(error, tongue),
            Failure::Invite(error) => words::invite(error, tongue),
            Failure::Join(error) => words::join(error, tongue),
            Failure::Address(error) => words::address(error, tongue),
            Failure::Bundle(error) => words::bundle_import(error, tongue),
            Failure::Export(error) => words::bundle_export(error, tongue),
            Failure::Catalogue(error) => words::catalogue(error, tongue),
            Failure::Fault(error) => words::fault(error, tongue),
            Failure::Allot(error) => words::allot(error, tongue),
            Failure::Organisation(error) => words::organisation(error, tongue),
            Failure::Price(error) => words::price(error, tongue),
            Failure::Restore(error) => words::restore(error, tongue),
            Failure::ChainsRefused => words::chains_refused(tongue),
        };
        tongue.say(chinese, english)
    }
}
