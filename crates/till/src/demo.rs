//! The demo fair: invented places, people and goods, to try the till with.

use crate::refusal::Refusal;
use crate::till::Till;
use crate::wire::ImportFile;
use jishi_catalogue::ImportReport;

const FAIR: &str = include_str!("../../../assets/demo/fair.json");

/// Drawn for the demo fair; beside each stands the SVG it was made from.
macro_rules! picture {
    ($name:literal) => {
        (
            concat!("pictures/", $name, ".png"),
            include_bytes!(concat!("../../../assets/demo/pictures/", $name, ".png")).as_slice(),
        )
    };
}

const PICTURES: &[(&str, &[u8])] = &[
    picture!("bacon"),
    picture!("bag"),
    picture!("bamboo-shoot"),
    picture!("banana"),
    picture!("basket"),
    picture!("beans"),
    picture!("black-tea"),
    picture!("broom"),
    picture!("chestnut"),
    picture!("chicken"),
    picture!("cloth"),
    picture!("cloth-bag"),
    picture!("cup"),
    picture!("dragon-fruit"),
    picture!("duck"),
    picture!("duck-eggs"),
    picture!("eggs"),
    picture!("flower"),
    picture!("gift"),
    picture!("ginger"),
    picture!("hat"),
    picture!("honey"),
    picture!("honeycomb"),
    picture!("insole"),
    picture!("jar"),
    picture!("jujube"),
    picture!("kiwi"),
    picture!("ladle"),
    picture!("lychee"),
    picture!("mandarin"),
    picture!("mushroom"),
    picture!("noodles"),
    picture!("oil"),
    picture!("orange"),
    picture!("parcel"),
    picture!("passion-fruit"),
    picture!("peanut"),
    picture!("pear"),
    picture!("persimmon"),
    picture!("pollen"),
    picture!("pomelo"),
    picture!("powder"),
    picture!("radish"),
    picture!("red-mushroom"),
    picture!("red-rice"),
    picture!("rice"),
    picture!("sausage"),
    picture!("sesame"),
    picture!("shoes"),
    picture!("soap"),
    picture!("star-anise"),
    picture!("sugar"),
    picture!("sugarcane"),
    picture!("tea"),
    picture!("tea-leaves"),
    picture!("tray"),
    picture!("wine"),
    picture!("wood-ear"),
    picture!("yam"),
    picture!("yuba"),
];

fn picture(_row: u32, name: &str) -> Option<Vec<u8>> {
    let found = PICTURES.iter().find(|(known, _)| *known == name);
    found.map(|(_, bytes)| bytes.to_vec())
}

impl Till {
    /// Loads the demo fair and marks this till as one for trying out.
    pub fn load_demo(&mut self) -> Result<ImportReport, Refusal> {
        let file: ImportFile =
            serde_json::from_str(FAIR).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        let report = self.import_with(&file, false, &picture)?;
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
