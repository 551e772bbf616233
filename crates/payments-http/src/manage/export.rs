//! `GET /manage/v1/export/`: a document to import, without sessions and secrets, streamed.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use async_trait::async_trait;
use futures_util::stream;
use payments_core::import::DocumentWriter;
use payments_core::ports::ExportSink;
use payments_core::record::Record;
use tokio::sync::mpsc::{self, Sender};
use tracing::Instrument as _;

use super::Principal;
use crate::error::{ApiError, Problem};
use crate::state::AppState;

/// All stored objects as one document. If the store fails midway, the connection is closed before the
/// document ends.
///
/// # Errors
/// [`ApiError`] if the store fails before the first batch.
pub async fn export(_: Principal, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    // One batch is sent while the next is read, so a slow client slows down reading.
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

/// A chunk of the document, or the error that ends it.
type Piece = Result<Bytes, ApiError>;

async fn send(state: Data<AppState>, sender: Sender<Piece>) {
    let mut sink = Sink {
        sender,
        writer: DocumentWriter::default(),
    };
    let exported = state.records.export(&mut sink).await;
    let Sink { sender, writer } = sink;
    if let Err(error) = &exported {
        tracing::warn!(%error, "the export was aborted");
    }
    let last = exported.map(|()| Bytes::from(writer.end()));
    // The client may have disconnected.
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
