//! `cargo run -p contracts --bin release -- DIR`: makes a store and a stack with every kind of state, and what this
//! code tells of them. Run at the commit of a release, it is that release's fixture: see `contracts::release`.

use std::{fs, path::PathBuf};

use contracts::{
    release::{END, Playing, dump, play, put, tell, words},
    tables::Tables,
};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    fs::create_dir_all(&folder).expect("the folder is made");
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("releases/playbook");
    let files = playbook::read_folder(&source).expect("the playbook is there").files;
    let checked = playbook::load(&files);
    let playbook = checked.playbook.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let file = folder.join("store.sqlite");
    let cast = play(&file, &playbook).await;
    // What the queues hold at that moment must stay: told without working anything off.
    let playing = Playing::open(&file, END);
    let records: Vec<_> = cast.iter().map(|(_, record)| record.clone()).collect();
    let told = tell(&playing, &records).await;
    let tables = Tables::make().await;
    put(&file, playing.store(), &tables.ports()).await;
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("written");
    let cast: std::collections::BTreeMap<_, _> = cast.into_iter().collect();
    write("cast.json", format!("{:#}\n", json!(cast)));
    write("told.json", format!("{:#}\n", json!(told)));
    write("words.txt", words(&told));
    write("stack.json", format!("{}\n", dump(&tables.client(), &Tables::names()).await));
}
