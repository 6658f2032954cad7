//! `rebuild`, `backup` and `restore`: long work that can be stopped, and that never leaves a half.

use crate::failure::Failure;
use crate::session::Session;
use chrono::SecondsFormat;
use jishi_terminal::backup;
use jishi_terminal::progress::{self, Interrupt};
use jishi_till::{Folder, Wanted};
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::path::Path;

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn rebuild(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let total: u64 = {
        let reading = session.read(folder)?;
        let chains = reading.ledger().chains()?;
        chains.iter().map(|record| record.head.seq).sum()
    };
    let interrupt = Interrupt::listen();
    let bar = progress::bar(total, session.speech.tongue.say("重算", "Replaying"));
    let entries = jishi_till::rebuild(folder, |done| {
        bar.set_position(done);
        !interrupt.is_set()
    })?;
    bar.finish_and_clear();
    session.answer(&json!({ "entries": entries }), |tongue| {
        tongue.say(
            format!("重算好了，共 {entries} 条记录。"),
            format!("Replayed {entries} entries."),
        )
    })
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn backup(session: &Session, folder: &Folder, file: &Path) -> Result<(), Failure> {
    backup::check_place(file)?;
    let reading = session.read(folder)?;
    backup::make(&session.speech, reading.ledger(), file)?;
    if let Err(refusal) = jishi_till::note_backup(folder, file, session.world().now()) {
        // The backup is as good; it only has to be named when it is needed.
        session.warn(&refusal, |tongue| {
            tongue.say(
                "备份做好了，只是没能记下它在哪里",
                "The backup is made; where it is was not noted",
            )
        });
    }
    Ok(backup::answer(&session.speech, file)?)
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn restore(session: &Session, folder: Folder, file: &Path, wanted: Wanted) -> Result<(), Failure> {
    let restored = jishi_till::restore_keeping(file, wanted, folder, session.world())?;
    let till = &restored.till;
    let answer = json!({
        "till": till.code(),
        "chain": till.chain_id().to_string(),
        "seq": till.head().seq,
        "kept": restored.kept,
        "left_behind": restored.left_behind,
    });
    session.answer(&answer, |tongue| {
        let (code, chain) = (till.code(), till.chain_id());
        let kept = restored.kept.as_ref().map(|path| {
            tongue.say(
                format!("原来的文件留着：{}", path.display()),
                format!("The file that was there is kept: {}", path.display()),
            )
        });
        let said = tongue.say(
            format!("恢复好了：{code} 从新链 {chain} 接着记。"),
            format!("Restored: {code} goes on under chain {chain}."),
        );
        let left_behind = restored.left_behind.filter(|sales| *sales > 0).map(|sales| {
            tongue.say(
                format!("注意：备份之后又卖的 {sales} 单只在那个文件里，没有带过来。"),
                format!("Mind: {sales} sales made after the backup are in that file only."),
            )
        });
        [Some(said), kept, left_behind]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// A backup of the till by itself, after what it was asked for is done and answered.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn back_up_after(session: &Session, folder: &Folder) {
    if let Err(refusal) = jishi_till::back_up(folder, session.world().now()) {
        session.warn(&refusal, |tongue| {
            tongue.say(
                "已经交班，只是自动备份没有做成",
                "The shift is closed; its backup was not made",
            )
        });
    }
}

/// The backups that were found, as a part of an error.
pub(crate) fn backups_json(session: &Session, folder: &Folder) -> Value {
    let backups = jishi_till::backups(folder, session.world().now());
    let found = backups.found.iter().map(|backup| {
        let inside = backup.inside.as_ref();
        json!({
            "file": backup.path,
            "at": backup.made_at.to_rfc3339_opts(SecondsFormat::Secs, false),
            "sales": inside.map(|inside| inside.sales),
            "last_number": inside.and_then(|inside| inside.last_number.as_deref()),
        })
    });
    found.collect()
}

/// The same in words, and what is to be typed to have one back.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn backups_said(session: &Session, folder: &Folder) -> String {
    let tongue = session.speech.tongue;
    let backups = jishi_till::backups(folder, session.world().now());
    let mut lines = Vec::new();
    if backups.found.is_empty() {
        lines.push(tongue.say("没有找到备份。", "No backup was found.").to_owned());
    } else {
        lines.push(
            tongue
                .say("找到的备份，最近的在前：", "Backups found, the newest first:")
                .to_owned(),
        );
    }
    for backup in &backups.found {
        let at = backup.made_at.format("%Y-%m-%d %H:%M");
        let path = backup.path.display();
        let inside = backup.inside.as_ref().map(|inside| {
            let (sales, number) = (inside.sales, inside.last_number.as_deref().unwrap_or("-"));
            tongue.say(
                format!("{sales} 单，末张 {number}"),
                format!("{sales} sales, last {number}"),
            )
        });
        let inside = inside.unwrap_or_else(|| tongue.say("旧版本", "older version").to_owned());
        lines.push(format!("  {at}  {inside}  {path}"));
    }
    for path in &backups.absent {
        let path = path.display();
        lines.push(tongue.say(format!("  现在不在：{path}"), format!("  not there now: {path}")));
    }
    if !backups.found.is_empty() {
        lines.push(tongue.say(
            format!("恢复：jishi restore 备份文件 --data {}", folder.path().display()),
            format!(
                "To restore: jishi restore FILE --data {}",
                folder.path().display()
            ),
        ));
    }
    lines.join("\n")
}
