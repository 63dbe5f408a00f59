//! The `console` function: what people and programs see and ask for, over HTTP.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?.writing_playbooks();
    aws::lambda::run_http(console::router(ports.app())).await
}
