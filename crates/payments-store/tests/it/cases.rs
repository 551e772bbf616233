//! Every case, written once and run on every database.

/// Declares the tests of a database: `$open` makes an empty, migrated [`payments_store::Store`] with what keeps it alive.
macro_rules! cases_on {
    ($open:path) => {
        $crate::cases::cases_on! { $open;
            contract: intents, actions, saved_cards, stored_tokens, instruments, erasure, backlog, accounts, code_tries, audit_log, endings, sms_limits, sms_sends;
            pumping: a_bot_with_ten_thousand_accounts_gets_half_of_the_budget,
                a_crowd_of_verified_customers_gets_the_rest_of_the_budget_and_no_more;
            accounts: the_account_of_an_open_intent_is_not_removed,
                of_an_intent_and_a_change_that_removes_its_account_one_wins;
            audit: what_is_committed_is_sealed_once_and_in_order,
                concurrent_sealers_make_one_chain,
                a_day_begins_with_the_last_seal_of_the_previous_day,
                a_key_verifies_only_what_it_sealed,
                a_noted_seal_has_to_be_in_the_chain,
                retention_drops_whole_days_and_the_rest_still_verifies,
                records_of_an_erased_customer_are_anonymous,
                sessions_that_support_ends_are_recorded,
                an_erased_customer_is_named_in_no_record_not_even_in_later_ones,
                writes_are_recorded_with_who_and_what,
                pages_go_on_where_they_ended;
            instruments: a_record_names_who_got_what_for_which_order,
                an_erasure_leaves_no_link_to_the_customer,
                the_use_of_a_quote_is_deleted_a_day_after_the_quote_expired;
            catalog: a_new_database_has_an_empty_catalog,
                the_whole_catalog_is_loaded_with_its_version,
                the_version_counts_up_once_for_each_change_of_the_catalog,
                a_snapshot_taken_while_writing_is_never_half_a_catalog;
            purchases: a_basket_has_every_fact_that_rules_need,
                a_pre_order_has_its_own_total_and_its_baskets_items,
                a_product_is_bought_once,
                several_products_are_read_as_each_one_is,
                only_writes_of_products_increment_their_version,
                concurrent_callers_each_get_their_purchase,
                an_empty_basket_has_no_items,
                an_expired_session_has_no_purchase,
                a_session_without_a_basket_or_pre_order_has_no_purchase,
                an_inactive_customers_segments_do_not_count,
                a_session_names_its_customer_until_it_expires;
            keyed_purchases: a_sessions_purchase_has_its_key_and_customer,
                a_key_finds_the_purchase_as_its_buyer_sees_it,
                a_basket_of_another_customer_is_not_found,
                a_customer_who_is_not_active_buys_nothing_by_key,
                what_does_not_exist_or_has_expired_is_not_found;
            sample: the_purchases_that_were_written_last_come_first,
                sampled_purchases_are_those_of_their_owners,
                the_facts_are_those_of_products_customers_and_recent_purchases,
                a_fact_with_too_many_values_is_not_known;
            records: what_was_written_is_read_back,
                an_export_written_back_changes_nothing,
                an_object_is_replaced_with_its_children,
                every_object_of_a_large_change_is_inserted_or_replaced,
                plans_and_bins_move_between_cards,
                slugs_can_be_swapped,
                dangling_references_are_reported_and_nothing_is_written,
                a_basket_with_an_unknown_product_is_refused,
                taken_names_are_reported_and_nothing_is_written,
                a_duplicate_key_in_a_change_is_reported,
                concurrent_writers_all_succeed;
            deletions: an_object_that_is_referred_to_is_not_deleted,
                a_closed_intent_does_not_prevent_a_deletion,
                what_belongs_to_an_object_goes_with_it;
            erasure: an_erasure_leaves_no_personal_data,
                an_erased_customer_may_come_back_but_the_card_under_way_does_not,
                an_unknown_customer_is_not_erased,
                ending_sessions_deletes_nothing_else,
                an_erasure_keeps_the_tries_of_the_day,
                an_erasure_beside_a_saving_leaves_no_card,
                a_token_of_another_row_is_not_queued;
            cleanup: expired_sessions_and_old_tries_are_deleted,
                messages_are_deleted_after_a_month,
                counts_of_messages_are_deleted_after_their_window,
                only_closed_intents_are_deleted,
                an_old_basket_is_deleted_unless_a_session_or_pre_order_refers_to_it,
                one_run_deletes_more_than_a_batch_and_skips_baskets_that_stay;
            bin_counts: counts_of_bins_add_up_and_are_deleted_after_a_month,
                concurrent_processes_count_the_same_bins;
            proposals: proposals_are_kept_until_they_are_decided_and_then_for_a_while;
            history: the_catalog_as_of_every_moment_is_the_one_that_was_there,
                a_restored_catalog_is_written_as_a_whole,
                a_change_that_deletes_what_others_refer_to_writes_nothing,
                what_retention_dropped_is_not_known,
                changes_are_found_by_object_and_author;
            pages: pages_are_ordered_by_key_and_complete,
                a_long_part_is_counted_only_on_request,
                an_export_is_handed_over_in_batches_and_shows_one_moment,
                keys_of_the_wrong_kind_find_nothing,
                a_filter_leaves_the_objects_it_holds_for;
            conditions: a_write_with_an_old_tag_is_refused,
                of_concurrent_writers_with_the_same_tag_one_wins,
                of_concurrent_writers_that_create_an_object_one_wins,
                a_plain_write_beside_a_conditional_one_is_not_lost,
                a_deletion_with_an_old_tag_is_refused,
                a_preview_reports_what_a_write_would_do_and_writes_nothing;
        }
    };
    ($open:path; $($module:ident: $($case:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (store, _alive) = $open().await;
                $crate::$module::$case(&store).await;
            })+
        })+
    };
}

pub(crate) use cases_on;
