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

    /// What the sign-in page of the demo fair says: its PINs are nobody's secret.
    pub(crate) fn demo_pins(&self) -> Vec<(String, String)> {
        let staff = match self.is_demo() {
            true => serde_json::from_str(FAIR).map_or(Vec::new(), |file: ImportFile| file.staff),
            false => Vec::new(),
        };
        let pins = staff.into_iter().filter_map(|row| Some((row.code, row.pin?.0)));
        pins.collect()
    }

    /// Whether its figures are nobody's money.
    pub fn is_demo(&self) -> bool {
        matches!(self.ledger.note("demo"), Ok(Some(_)))
    }
}
