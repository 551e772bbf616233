//! The kinds of rounds.

use anyhow::{Result, ensure};

use super::round::{Entered, Round, expect, is_saved, wrong};
use crate::system::Answer;

/// The kinds, by number.
pub(super) const NAMES: [&str; 8] = [
    "rounds: right codes together",
    "rounds: right and wrong codes at the last try",
    "rounds: codes requested while one is entered",
    "rounds: a second card while the code is entered",
    "rounds: the card deleted while it is saved again",
    "rounds: one card in two sessions",
    "rounds: logged out while the code is entered",
    "rounds: wrong codes for four codes",
];

/// Runs a round of a kind.
pub(super) async fn run(kind: usize, round: &Round<'_>) -> Result<()> {
    match kind {
        0 => right_codes(round).await,
        1 => last_try(round).await,
        2 => resend(round).await,
        3 => second_card(round).await,
        4 => deleted_while_saved(round).await,
        5 => two_sessions(round).await,
        6 => logged_out(round).await,
        _ => wrong_codes(round).await,
    }
}

fn any_saved(entered: &[Entered]) -> bool {
    entered.iter().any(|(_, answer)| is_saved(answer.as_ref()))
}

fn any_code(entered: &[Entered], code: &str) -> bool {
    let mut answers = entered.iter().filter_map(|(_, answer)| answer.as_ref());
    answers.any(|answer| answer.code() == code)
}

async fn right_codes(round: &Round<'_>) -> Result<()> {
    let code = round.hold_and_ask(&round.customer, &round.card).await?;
    let entered = round
        .burst(async |turn| round.enter(turn, &code).await)
        .await;
    for (_, answer) in &entered {
        let is_expected = answer
            .as_ref()
            .is_some_and(|answer| matches!(answer.status, 200 | 503));
        ensure!(is_expected, "a right code was answered {answer:?}");
    }
    finish(round, &code).await?;
    let cards = round.customer.cards(round.url(1)).await?;
    ensure!(cards.len() == 1, "{} cards are listed", cards.len());
    Ok(())
}

/// Repeats the right code until it is answered with 200.
async fn finish(round: &Round<'_>, code: &str) -> Result<()> {
    let last = round.settle(&round.customer, code).await?;
    expect(Some(&last), 200, "the right code")?;
    round.customer.note_saved(&round.card, false)
}

async fn last_try(round: &Round<'_>) -> Result<()> {
    let code = round.hold_and_ask(&round.customer, &round.card).await?;
    let mut before = Vec::new();
    for number in 0..4 {
        before.push(round.enter(number, &wrong(&code, number)?).await);
    }
    round.note_wrong(&code, &before)?;
    let entered = round
        .burst(async |turn| {
            let is_right = turn % 2 == 0;
            let attempt = if is_right {
                Ok(code.clone())
            } else {
                wrong(&code, 4 + turn)
            };
            // In pairs, so that both processes get right and wrong ones.
            anyhow::Ok(round.enter(turn / 2, &attempt?).await)
        })
        .await;
    let entered: Vec<Entered> = entered.into_iter().collect::<Result<_>>()?;
    round.note_wrong(&code, &entered)?;
    let is_void = any_code(&entered, "flow_void");
    ensure!(
        !(is_void && any_saved(&entered)),
        "a void flow saved a card"
    );
    if is_void {
        let last = round.settle(&round.customer, &code).await?;
        return expect(Some(&last), 400, "a code after too many wrong ones");
    }
    finish(round, &code).await
}

async fn resend(round: &Round<'_>) -> Result<()> {
    let code = round.hold_and_ask(&round.customer, &round.card).await?;
    let entered = round
        .burst(async |turn| {
            // In pairs, so that each process gets all of it.
            let place = turn / 2;
            match place % 3 {
                0 => Ok(Some(round.enter(turn, &code).await)),
                1 => {
                    let answer = round.customer.ask_for_code(round.url(turn)).await;
                    let is_expected = |answer: &Answer| {
                        matches!(answer.status, 204 | 429) || answer.code() == "saving_in_progress"
                    };
                    let is_expected = answer.as_ref().is_some_and(is_expected);
                    ensure!(is_expected, "a request for a code was answered {answer:?}");
                    Ok(None)
                }
                // Fewer than would void the flow.
                _ => Ok(Some(round.enter(turn, &wrong(&code, place % 4)?).await)),
            }
        })
        .await;
    let entered: Vec<Option<Entered>> = entered.into_iter().collect::<Result<_>>()?;
    let entered: Vec<Entered> = entered.into_iter().flatten().collect();
    round.note_wrong(&code, &entered)?;
    let last = round.settle(&round.customer, &round.newest_code()?).await?;
    if any_saved(&entered) || last.status == 200 {
        round.customer.note_saved(&round.card, false)?;
    }
    Ok(())
}

async fn second_card(round: &Round<'_>) -> Result<()> {
    let (customer, other) = (&round.customer, round.other_card()?);
    let code = round.hold_and_ask(customer, &round.card).await?;
    let entered = round
        .burst(async |turn| {
            if turn % 4 < 2 {
                return Some(round.enter(turn, &code).await);
            }
            customer.card(round.url(turn), &other).await;
            None
        })
        .await;
    let entered: Vec<Entered> = entered.into_iter().flatten().collect();
    if any_saved(&entered) {
        // The code was for the first card.
        customer.note_saved(&round.card, false)?;
    }
    let code = round.hold_and_ask(customer, &other).await?;
    let last = round.settle(customer, &code).await?;
    expect(Some(&last), 200, "the code for the second card")?;
    customer.note_saved(&other, false)
}

async fn deleted_while_saved(round: &Round<'_>) -> Result<()> {
    let customer = &round.customer;
    let code = round.hold_and_ask(customer, &round.card).await?;
    let saved = round.settle(customer, &code).await?;
    expect(Some(&saved), 200, "the first code")?;
    customer.note_saved(&round.card, true)?;
    let cards = customer.cards(round.url(1)).await?;
    ensure!(cards.len() == 1, "{} cards are listed", cards.len());
    let (pk, _) = cards[0];
    let code = round.hold_and_ask(customer, &round.card).await?;
    let entered = round
        .burst(async |turn| {
            if turn % 4 < 2 {
                return Ok(Some(round.enter(turn, &code).await));
            }
            let answer = customer.delete(round.url(turn), pk).await;
            let status = answer.as_ref().map(|answer| answer.status);
            ensure!(
                matches!(status, Some(204 | 404)),
                "a deletion was answered {answer:?}"
            );
            Ok(None)
        })
        .await;
    entered.into_iter().collect::<Result<Vec<_>>>()?;
    let last = round.settle(customer, &code).await?;
    expect(Some(&last), 200, "the code of the second saving")?;
    // Whether it is deleted too depends on the order.
    customer.note_saved(&round.card, true)
}

async fn two_sessions(round: &Round<'_>) -> Result<()> {
    let mut elsewhere = round.customer.elsewhere();
    elsewhere.log_in(round.url(1)).await?;
    let sessions = [&round.customer, &elsewhere];
    let here = round.hold_and_ask(sessions[0], &round.card).await?;
    let there = round.hold_and_ask(sessions[1], &round.card).await?;
    let codes = [&here, &there];
    // Each session enters both codes.
    round
        .burst(async |turn| {
            let (session, code) = (turn / 2 % 2, turn / 4 % 2);
            sessions[session].enter(round.url(turn), codes[code]).await
        })
        .await;
    for (session, code) in sessions.into_iter().zip(codes) {
        let last = round.settle(session, code).await?;
        expect(Some(&last), 200, "the code of a session")?;
        session.note_saved(&round.card, false)?;
        let cards = session.cards(round.url(0)).await?;
        ensure!(cards.len() == 1, "{} cards are listed", cards.len());
    }
    Ok(())
}

async fn logged_out(round: &Round<'_>) -> Result<()> {
    let customer = &round.customer;
    let code = round.hold_and_ask(customer, &round.card).await?;
    let middle = round.width / 2;
    let entered = round
        .burst(async |turn| {
            if turn == middle {
                return customer.log_out(round.url(turn)).await.map(|()| None);
            }
            Ok(Some(round.enter(turn, &code).await))
        })
        .await;
    let entered: Vec<Option<Entered>> = entered.into_iter().collect::<Result<_>>()?;
    let entered: Vec<Entered> = entered.into_iter().flatten().collect();
    if any_saved(&entered) {
        customer.note_saved(&round.card, false)?;
    }
    for turn in 0..2 {
        let (_, after) = round.enter(turn, &code).await;
        expect(after.as_ref(), 401, "a code after the logout")?;
    }
    Ok(())
}

async fn wrong_codes(round: &Round<'_>) -> Result<()> {
    // Each code allows five, the day fifteen.
    for _ in 0..4 {
        let code = round.hold_and_ask(&round.customer, &round.card).await?;
        let entered = round
            .burst(async |turn| anyhow::Ok(round.enter(turn, &wrong(&code, turn)?).await))
            .await;
        let entered: Vec<Entered> = entered.into_iter().collect::<Result<_>>()?;
        ensure!(!any_saved(&entered), "a wrong code saved a card");
        round.note_wrong(&code, &entered)?;
    }
    Ok(())
}
