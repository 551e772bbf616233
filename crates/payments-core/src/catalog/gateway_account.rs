//! Accounts at gateways. A token is valid only at the account that made it.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::slug::Slug;

use super::pos::Pos;
use super::pos_config::{ACCOUNT, ACCOUNTS, present_label};

/// A merchant's account at a gateway. A token is valid at the account that made it, and at no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GatewayAccount {
    /// The gateway's name.
    pub gateway: Slug,
    /// The merchant's label of the account. It does not change when the account's secrets are rotated.
    pub label: Slug,
}

impl Pos {
    /// The account at which new cards are saved.
    pub fn account(&self) -> GatewayAccount {
        GatewayAccount {
            gateway: self.gateway.clone(),
            label: present_label(&self.config),
        }
    }

    /// The labels whose credentials are in the configuration: the current account's and those of former accounts.
    pub fn labels(&self) -> BTreeSet<Slug> {
        let former = self.former_accounts().into_iter().map(|(label, _)| label);
        former.chain([present_label(&self.config)]).collect()
    }

    /// The former accounts, with their configurations.
    pub fn former_accounts(&self) -> Vec<(Slug, &Map<String, Value>)> {
        let accounts = self.config.get(ACCOUNTS).and_then(Value::as_object);
        let accounts = accounts.into_iter().flatten();
        accounts
            .filter_map(|(label, config)| Some((Slug::parse(label).ok()?, config.as_object()?)))
            .collect()
    }

    /// The point of sale with the configuration of one account, as adapters take it. `None` if the account is at another
    /// gateway or its credentials are not in the configuration.
    pub fn at_account(&self, account: &GatewayAccount) -> Option<Self> {
        if account.gateway != self.gateway {
            return None;
        }
        let config = if account.label == present_label(&self.config) {
            self.present_config()
        } else {
            let accounts = self.config.get(ACCOUNTS)?.as_object()?;
            accounts.get(account.label.as_str())?.as_object()?.clone()
        };
        Some(Self {
            config,
            ..self.clone()
        })
    }

    /// The configuration of the current account, without the keys about accounts.
    pub fn present_config(&self) -> Map<String, Value> {
        let is_own = |name: &str| name != ACCOUNT && name != ACCOUNTS;
        let own = self.config.iter().filter(|(name, _)| is_own(name));
        own.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}
