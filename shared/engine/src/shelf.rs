use std::{collections::HashMap, sync::Arc};

use domain::{id::ManifestId, plan::Plan};

/// How much of playbooks is kept besides the active one, as the length of their JSON. Parsed they take
/// several times that.
const MOST_BYTES: usize = 2 << 20;

/// Published playbooks in memory: the active one, and those that open executions are pinned to as far
/// as there is room. What was asked for longest ago goes first; it is stored, and read again.
#[derive(Debug, Default)]
pub struct Shelf {
    playbooks: HashMap<ManifestId, Kept>,
    active: Option<ManifestId>,
    asked: u64,
}

#[derive(Debug)]
struct Kept {
    plan: Arc<Plan>,
    bytes: usize,
    /// When it was last asked for, counted in askings.
    asked: u64,
}

impl Shelf {
    pub fn get(&mut self, manifest: &ManifestId) -> Option<Arc<Plan>> {
        self.asked += 1;
        let kept = self.playbooks.get_mut(manifest)?;
        kept.asked = self.asked;
        Some(Arc::clone(&kept.plan))
    }

    /// Keeps a playbook whose JSON has so many bytes.
    pub fn put(&mut self, manifest: &ManifestId, plan: &Arc<Plan>, bytes: usize) {
        self.asked += 1;
        let kept = Kept { plan: Arc::clone(plan), bytes, asked: self.asked };
        self.playbooks.insert(manifest.clone(), kept);
        self.make_room();
    }

    /// Says which one is active: it stays, however large it is.
    pub fn set_active(&mut self, manifest: &ManifestId) {
        if self.active.as_ref() != Some(manifest) {
            self.active = Some(manifest.clone());
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        while self.others().map(|(_, kept)| kept.bytes).sum::<usize>() > MOST_BYTES {
            let oldest = self.others().min_by_key(|(_, kept)| kept.asked).map(|(manifest, _)| manifest.clone());
            oldest.map(|oldest| self.playbooks.remove(&oldest));
        }
    }

    fn others(&self) -> impl Iterator<Item = (&ManifestId, &Kept)> {
        self.playbooks.iter().filter(|(manifest, _)| self.active.as_ref() != Some(manifest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: usize = MOST_BYTES / 2;

    fn playbook() -> Arc<Plan> {
        let json = r#"{ "organisation": { "name": "Example", "time_zone": "UTC", "hours": { "mon-fri": "09:00-17:00" } },
                        "schema": { "kinds": {} },
                        "people": {}, "pools": {}, "workflows": {} }"#;
        Arc::new(Plan::of(serde_json::from_str(json).unwrap()))
    }

    fn manifest(number: usize) -> ManifestId {
        ManifestId::new(format!("man_{number}"))
    }

    #[test]
    fn a_folder_edited_for_months_leaves_the_active_playbook_and_the_latest_asked_for() {
        let (mut shelf, playbook) = (Shelf::default(), playbook());
        for number in 0..1000 {
            shelf.put(&manifest(number), &playbook, HALF);
            shelf.set_active(&manifest(number));
            assert!(shelf.get(&manifest(0)).is_some(), "asked for all the time");
        }
        let mut kept: Vec<&ManifestId> = shelf.playbooks.keys().collect();
        kept.sort();
        assert_eq!(kept, [&manifest(0), &manifest(998), &manifest(999)]);
    }

    #[test]
    fn the_active_playbook_stays_however_large_it_is() {
        let (mut shelf, playbook) = (Shelf::default(), playbook());
        shelf.set_active(&manifest(1));
        shelf.put(&manifest(1), &playbook, 10 * MOST_BYTES);
        shelf.put(&manifest(2), &playbook, HALF);
        assert!(shelf.get(&manifest(1)).is_some() && shelf.get(&manifest(2)).is_some());
        shelf.set_active(&manifest(2));
        assert!(shelf.get(&manifest(1)).is_none(), "and goes once it is not active any more");
    }
}
