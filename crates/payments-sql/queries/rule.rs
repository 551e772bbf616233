//! Rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::rules::Rule;
use payments_core::slug::Slug;

use payments_sql::column::{self, instant};
use payments_sql::schema::rules;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rules, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    slug: String,
    name: String,
    condition: String,
    effect: String,
    is_active: bool,
    valid_from: Option<NaiveDateTime>,
    valid_until: Option<NaiveDateTime>,
}

table! {
    Rules: rules, Record::Rule(Rule);
    key slug: String;
    columns name, condition, effect, is_active, valid_from, valid_until;
    active is_active;
}

impl FromNoun<Rule> for Row {
    fn of(rule: &Rule) -> Result<Self, SqlError> {
        Ok(Self {
            slug: rule.slug.to_string(),
            name: rule.name.clone(),
            condition: column::condition(&rule.when),
            effect: column::effect(&rule.then),
            is_active: rule.is_active,
            valid_from: rule.valid_from.map(instant),
            valid_until: rule.valid_until.map(instant),
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Rule, SqlError> {
        Ok(Rule {
            slug: Slug::parse(&self.slug).map_err(|error| SqlError::row("rules", error))?,
            name: self.name,
            when: column::read_condition(&self.condition)?,
            then: column::read_effect(&self.effect)?,
            is_active: self.is_active,
            valid_from: self.valid_from.map(|at| at.and_utc()),
            valid_until: self.valid_until.map(|at| at.and_utc()),
        })
    }
}
