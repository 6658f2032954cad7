//! Takes pictures of the pages of the real window, in each language, by day and by night: `make pictures`.
//!
//! They lie in `docs/screens` as `<page>-<language>-<theme>.png`, and the papers as `paper-<which>-<language>.png`. A page more is
//! a call of `walk.picture("its-name")` where a chapter stands on it, a chapter more is a row of `CHAPTERS`.
//! `PICTURES=pay,receipts LANGUAGES=en make pictures` takes some chapters in some languages only.

mod chapters;
mod palette;

use jishi_tests::window::{Fault, TillWindow};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];
const THEMES: [&str; 2] = ["day", "night"];

const OFF: [(&str, &str); 1] = [("JISHI_SERVER", "off")];

/// Longer than any transition of the design.
const SETTLED: Duration = Duration::from_millis(250);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("Where to? Name a folder.")?);
    std::fs::create_dir_all(&folder)?;
    let wanted = |variable: &str, name: &str| match std::env::var(variable) {
        Ok(names) => names.split(',').any(|one| one == name),
        Err(_) => true,
    };
    let mut failed = Vec::new();
    for language in LANGUAGES.into_iter().filter(|name| wanted("LANGUAGES", name)) {
        for chapter in chapters::CHAPTERS.iter().filter(|name| wanted("PICTURES", name)) {
            // The same place each time, for the window says where a paper lies.
            let home = std::env::temp_dir().join("jishi-pictures").join(language);
            let _ = std::fs::remove_dir_all(&home); // Not there yet is as good.
            std::fs::create_dir_all(&home)?;
            let walk = Walk {
                data: home.join("till"),
                folder: folder.clone(),
                language,
            };
            // One page that cannot be come to must not cost the others.
            if let Err(fault) = chapters::walk(chapter, &walk).await {
                eprintln!("{chapter}, {language}: {fault}");
                failed.push(format!("{chapter} ({language})"));
            }
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(format!("not taken: {}", failed.join(", ")).into()),
    }
}

/// One chapter in one language, on a till of its own.
pub(crate) struct Walk {
    pub(crate) data: PathBuf,
    folder: PathBuf,
    pub(crate) language: &'static str,
}

impl Walk {
    /// A new till of the demo fair that speaks the language. The first steps come up at its very first start and end with a press.
    pub(crate) async fn begin(&self) -> Result<TillWindow, Fault> {
        let window = TillWindow::open(&self.data, &OFF).await?;
        window.element("first-steps").await?;
        self.speak(window).await
    }

    /// The same on data that is there, in whatever state it is.
    pub(crate) async fn open(&self) -> Result<TillWindow, Fault> {
        let window = TillWindow::open(&self.data, &OFF).await?;
        self.speak(window).await
    }

    async fn speak(&self, window: TillWindow) -> Result<TillWindow, Fault> {
        window.choose_language(self.language).await?;
        window
            .until("the window speaks the language", async || {
                let spoken = "return document.documentElement.lang";
                Ok(window.client.execute(spoken, Vec::new()).await? == self.language)
            })
            .await?;
        Ok(window)
    }

    /// What the window shows now, in every theme.
    pub(crate) async fn picture(&self, window: &TillWindow, page: &str) -> Result<(), Fault> {
        for theme in THEMES {
            let wear = "document.documentElement.dataset.theme = arguments[0]";
            window.client.execute(wear, vec![theme.into()]).await?;
            tokio::time::sleep(SETTLED).await;
            let name = format!("{page}-{}-{theme}.png", self.language);
            let picture = palette::reduced(&window.screenshot().await?)?;
            std::fs::write(self.folder.join(name), picture)?;
        }
        Ok(())
    }

    /// A paper that was let out, as it looks.
    pub(crate) async fn paper(&self, window: &TillWindow, file: &str, name: &str) -> Result<(), Fault> {
        let folder = self.data.join("receipts");
        let found = || -> Result<Option<PathBuf>, Fault> {
            let papers = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let mut papers = papers.map(|paper| paper.path());
            Ok(papers.find(|paper| is_paper(paper, file)))
        };
        window
            .until("the paper is there", async || Ok(found()?.is_some()))
            .await?;
        let out = self.data.join(name);
        let drawn = Command::new("pdftoppm")
            .args(["-png", "-r", "203", "-singlefile"])
            .arg(found()?.ok_or("no paper")?)
            .arg(&out)
            .status()?;
        if !drawn.success() {
            return Err("pdftoppm could not draw the paper".into());
        }
        let picture = palette::reduced(&std::fs::read(out.with_extension("png"))?)?;
        let name = format!("paper-{name}-{}.png", self.language);
        Ok(std::fs::write(self.folder.join(name), picture)?)
    }
}

fn is_paper(path: &Path, start: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(start) && name.ends_with(".pdf")
}
