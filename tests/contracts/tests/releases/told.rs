//! What an earlier release told is told still.

use std::fs;

use contracts::{
    release::{Told, facts, load, tell, words},
    tables::Tables,
};
use engine::ports::{Histories, Pools};
use serde_json::Value as Json;

use crate::Release;

/// Whether everything that was told is in what is told now; more may be. Names what is not.
fn contains(now: &Json, was: &Json, at: &str) -> Result<(), String> {
    match (now, was) {
        (_, Json::Null) => Ok(()),
        (Json::Object(now), Json::Object(was)) => was
            .iter()
            .try_for_each(|(name, was)| contains(now.get(name).unwrap_or(&Json::Null), was, &format!("{at}/{name}"))),
        (Json::Array(now), Json::Array(was)) if now.len() == was.len() => {
            now.iter().zip(was).enumerate().try_for_each(|(n, (now, was))| contains(now, was, &format!("{at}/{n}")))
        }
        (now, was) if now == was => Ok(()),
        (now, was) => Err(format!("{at}: {was} was told, and now {now}")),
    }
}

#[tokio::test]
async fn the_facts_are_those_that_the_release_itself_told() {
    for release in Release::all() {
        let (playing, _place) = release.open();
        let told = tell(&playing, &release.records()).await;
        let was: Told = serde_json::from_str(&release.text("told.json")).unwrap();
        for (path, was) in was {
            contains(&facts(&told[&path]), &facts(&was), &path).unwrap();
        }
    }
}

/// The words that the release itself used are in `told.json`. Words may become better: then `UPDATE_WORDS=1`
/// writes `words.txt`, and what changed in it is reviewed.
#[tokio::test]
async fn the_words_are_those_that_were_agreed() {
    for release in Release::all() {
        let (playing, _place) = release.open();
        let told = words(&tell(&playing, &release.records()).await);
        if std::env::var_os("UPDATE_WORDS").is_some() {
            fs::write(release.folder.join("words.txt"), &told).unwrap();
        }
        let agreed = release.text("words.txt");
        let different = agreed.lines().zip(told.lines()).find(|(agreed, told)| agreed != told);
        assert_eq!(different, None, "the first line that differs; UPDATE_WORDS=1 writes them all");
        assert_eq!(agreed.lines().count(), told.lines().count());
    }
}

#[tokio::test]
async fn a_stack_holds_what_its_store_holds() {
    for release in Release::all() {
        let (playing, _place) = release.open();
        let tables = Tables::make().await;
        load(&tables.client(), &serde_json::from_str(&release.text("stack.json")).unwrap()).await;
        let ports = tables.ports();
        for record in release.records() {
            let (there, here) = (ports.page(&record, None, 100).await, playing.store().page(&record, None, 100).await);
            assert_eq!(there.unwrap(), here.unwrap(), "{record}");
        }
        for pool in ["inbound", "turns", "least", "deals", "late"] {
            let records = release.records();
            let there = ports.pool(&pool.into(), &records).await.unwrap().0;
            assert_eq!(there, playing.store().pool(&pool.into(), &records).await.unwrap().0, "{pool}");
        }
    }
}
