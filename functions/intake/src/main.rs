//! The `intake` function: forms and events over HTTP, onto the bus.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?;
    aws::lambda::run_http(console::intake_router(ports.app())).await
}
