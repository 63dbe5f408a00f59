//! What the ports promise, as functions over any adapter: one per promise.
//!
//! An adapter runs all of them by naming a function that makes fresh, empty ports and
//! something to keep alive with them:
//!
//! ```text
//! async fn fresh() -> (Store, ()) { … }
//! contracts::every_contract!(crate::fresh);
//! ```
//! A promise that only some stores need (`look` *may* stop early) is written so that both
//! ways of keeping it pass.

pub mod assignments;
pub mod dead_letters;
pub mod effects;
pub mod executions;
pub mod histories;
pub mod lead;
pub mod matches;
pub mod members;
pub mod playbooks;
pub mod pools;
pub mod release;
pub mod retention;
pub mod samples;
pub mod step;
pub mod tables;
pub mod tasks;
pub mod timers;
pub mod watermark;
pub mod wire;

/// Makes one test of every contract. `$fresh` is the path, from `crate`, of an async function
/// that gives `(ports, guard)`.
#[macro_export]
macro_rules! every_contract {
    ($fresh:path) => {
        $crate::contracts! { $fresh,
            histories: [
                an_appended_entry_is_the_newest, a_taken_seq_writes_nothing, of_two_racing_appends_one_is_taken,
                look_finds_own_entry, look_without_own_entry_gives_the_newest,
                look_finds_own_entry_fifteen_minutes_before_since, look_may_stop_before_since,
                a_page_goes_backwards_and_ends, records_do_not_mix,
                an_entry_is_read_with_the_record_before_it_wherever_that_is_stored
            ],
            matches: [
                a_record_is_found_by_its_key_and_by_no_other, a_repeated_match_is_one, no_more_matches_than_asked_for
            ],
            retention: [
                the_first_entries_come_oldest_first, what_is_erased_is_gone_and_the_rest_stays,
                a_history_that_is_erased_to_its_end_can_begin_again, what_waits_to_be_erased_is_no_messages_own_entry,
                rows_go_with_their_entries_unless_they_are_of_later_ones,
                what_is_left_of_a_beginning_that_is_being_erased_is_read, a_walk_shows_each_record_as_it_is_now,
                a_walk_of_any_steps_comes_to_the_newest_of_every_history, a_walk_goes_on_behind_any_of_its_entries,
                old_settled_effects_are_forgotten_or_go_by_themselves, how_far_retention_has_come_is_kept
            ],
            timers: [
                a_minute_is_read_page_by_page_without_a_gap,
                timers_in_a_minute_come_in_order, a_repeated_timer_is_one, generations_of_a_timer_are_apart,
                a_minute_without_timers_is_empty
            ],
            watermark: [before_the_first_sweep_there_is_none, watermark_is_set_back_from_where_it_is_and_from_nowhere_else, watermark_never_moves_back, a_timer_behind_the_watermark_is_kept],
            tasks: [
                an_older_task_never_replaces_a_newer_one, a_task_of_the_same_entry_changes_nothing,
                an_ended_task_changes_lists, tasks_are_listed_by_person_and_record,
                pages_of_tasks_visit_each_once_newest_first
            ],
            executions: [
                an_older_execution_never_replaces_a_newer_one, an_execution_of_the_same_entry_changes_nothing,
                executions_are_listed_by_state_workflow_and_start,
                pages_of_executions_visit_each_once_newest_first
            ],
            pools: [
                a_pool_never_saved_is_empty_at_version_0, a_saved_pool_is_read_back_one_version_on,
                saving_an_outdated_pool_conflicts, of_two_racing_saves_one_conflicts,
                pages_and_slots_are_read_back, only_the_slots_asked_for_are_read,
                a_pool_that_never_counted_open_records_has_no_slots, a_page_that_did_not_change_is_not_written,
                what_a_slot_is_worth_is_kept_with_it,
                a_slot_is_written_and_removed_with_the_save, a_conflict_writes_no_page_and_no_slot,
                of_two_savers_who_differ_in_slots_alone_one_conflicts,
                a_thousand_members_and_ten_slots_change_in_one_save,
                of_a_line_the_oldest_are_read_whatever_their_order_of_joining,
                who_leaves_a_line_is_gone_and_a_conflict_lets_nobody_join,
                the_slots_of_those_in_line_are_read_though_nobody_names_them
            ],
            members: [
                time_off_is_replaced, people_without_time_off_are_left_out, those_who_are_off_are_one_list
            ],
            effects: [
                a_fresh_effect_is_mine, the_same_attempt_is_mine_again, another_attempt_finds_the_first,
                an_effect_put_off_says_why_and_can_be_claimed_again, an_effect_put_off_can_be_held,
                only_the_claim_of_the_same_attempt_is_put_off,
                claim_after_hold_is_mine, a_hold_never_replaces_a_claim, a_settled_effect_stays_settled,
                a_doubt_may_be_settled, what_nobody_claimed_is_refused_and_not_settled,
                a_settled_effect_is_not_claimed_again, held_effects_come_oldest_first,
                pages_of_effects_visit_each_once_newest_first
            ],
            playbooks: [
                before_the_first_publish_nothing_is_active, what_is_published_is_active,
                publishing_over_a_changed_active_conflicts, publishing_an_earlier_playbook_rolls_back,
                publishing_again_after_a_lost_answer_is_done, earlier_playbooks_stay_readable,
                a_pause_is_seen_and_outlives_a_publish,
                a_pause_set_before_the_first_publish_holds_after_it, activations_come_newest_first
            ],
            dead_letters: [
                a_dead_letter_is_kept_and_replaced, pages_of_dead_letters_visit_each_once_newest_first
            ],
        }
    };
}

/// One test per named function: `module: [function, …]`.
#[macro_export]
macro_rules! contracts {
    ($fresh:path, $($module:ident: $names:tt),+ $(,)?) => {
        $($crate::contracts_of! { $fresh, $module, $names })+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! contracts_of {
    ($fresh:path, $module:ident, [$($name:ident),+ $(,)?]) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() {
                    let (ports, _guard) = $fresh().await;
                    $crate::$module::$name(&ports).await;
                }
            )+
        }
    };
}
