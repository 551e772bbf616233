//! SMS limits that production requires.

use super::super::Settings;

/// With less, a repeated click costs a message.
const MIN_COOLDOWN_SECONDS: u32 = 60;
/// What the development defaults allow.
const DEVELOPMENT_BUDGET: u32 = 1_000_000;

pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let (otp, sms) = (settings.otp, &settings.sms);
    let refusals = [
        (
            otp.cooldown_seconds < MIN_COOLDOWN_SECONDS,
            "otp.cooldown_seconds must be at least 60 in production",
        ),
        (
            sms.daily_budget >= DEVELOPMENT_BUDGET,
            "sms.daily_budget must say how many messages a day may cost in production, less than 1000000",
        ),
        (
            sms.breaker_codes == 0,
            "sms.breaker_codes must be set in production, 50 for example",
        ),
    ];
    let refused = refusals.into_iter().filter(|(is_bad, _)| *is_bad);
    refused.map(|(_, problem)| problem.to_owned()).collect()
}
