use aggregates::copywriting::{Generation, GenerationCommand};
use projections::copywriting::GenerationView;

use crate::http::{Answer, ApiError, Caller, Field, Form, M, Mode, OptionalJsonBody, PathNumber, Writer};

/// What it is to be.
pub(super) static FORM: Form =
    Form::new(&[Field::boolean("favorite").nullable().doc("the other of what it is unless said")]);

/// PUT /api/ai/history/{id}/favorite.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let favorite = FORM.read(&body, Mode::Change)?.boolean("favorite");
    let (app, asker) = (writer.app(), super::asker(&caller));
    writer.check_version(super::seen(app, number, asker).await?.own_position)?;
    let command = GenerationCommand::Favor { asker, favorite };
    let outcome = writer.execute::<Generation>(number, command).await?;
    let row = super::seen(app, number, asker).await?;
    let version = row.own_position;
    Ok(M::ok(GenerationView::of(row, app.zone())).etag(version).position(outcome.position))
}
