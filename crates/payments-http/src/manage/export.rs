//! `GET /manage/v1/export/`: the document an import would write, without sessions and secrets, sent while it is read.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use async_trait::async_trait;
use futures_util::stream;
use payments_core::document::DocumentWriter;
use payments_core::ports::{ExportSink, Record};
use tokio::sync::mpsc::{self, Sender};
use tracing::Instrument as _;

use super::Principal;
use crate::error::{ApiError, Problem};
use crate::state::AppState;

/// Everything that is stored, as one document. Where the store fails half-way, the connection is closed before the
/// document ends.
///
/// # Errors
/// [`ApiError`] when the store fails before there is anything to send.
pub async fn export(_: Principal, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    // One batch on its way and one being read: a slow reader slows the reading.
    let (sender, mut texts) = mpsc::channel(1);
    let sending = send(state.clone(), sender).in_current_span();
    state.tasks.spawn_on(sending, &state.runtime);
    let first = texts.recv().await.ok_or(Problem::Internal)??;
    let mut first = Some(first);
    let body = stream::poll_fn(move |context| match first.take() {
        Some(text) => Some(Ok(text)).into(),
        None => texts.poll_recv(context),
    });
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .streaming(body))
}

/// What one piece of the document is, or why there is no more.
type Piece = Result<Bytes, ApiError>;

async fn send(state: Data<AppState>, sender: Sender<Piece>) {
    let mut sink = Sink {
        sender,
        writer: DocumentWriter::default(),
    };
    let exported = state.records.export(&mut sink).await;
    let Sink { sender, writer } = sink;
    if let Err(error) = &exported {
        tracing::warn!(%error, "the export was not sent whole");
    }
    let last = exported.map(|()| Bytes::from(writer.end()));
    // The reader may have disconnected.
    let _ = sender.send(last.map_err(ApiError::from)).await;
}

struct Sink {
    sender: Sender<Piece>,
    writer: DocumentWriter,
}

#[async_trait]
impl ExportSink for Sink {
    async fn take(&mut self, batch: Vec<Record>) -> bool {
        let text = self.writer.batch(&batch);
        let is_written = text.is_ok();
        let piece = text.map(Bytes::from);
        let piece = piece.map_err(|error| ApiError::new(Problem::Internal).because(error));
        self.sender.send(piece).await.is_ok() && is_written
    }
}
