//! The demo fair: invented places, people and goods, to try the till with.

use crate::import::ImportReport;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::wire::ImportFile;

const FAIR: &str = include_str!("../../../assets/demo/fair.json");

impl Till {
    /// Loads the demo fair and marks this till as one for trying out.
    pub fn load_demo(&mut self) -> Result<ImportReport, Refusal> {
        let file: ImportFile =
            serde_json::from_str(FAIR).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        let report = self.import(&file, false)?;
        self.ledger.write(|writer| writer.put_note("demo", "yes"))?;
        Ok(report)
    }

    /// Whether its figures are nobody's money.
    pub fn is_demo(&self) -> bool {
        matches!(self.ledger.note("demo"), Ok(Some(_)))
    }
}
