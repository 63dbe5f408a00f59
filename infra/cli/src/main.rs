//! The `handoff` binary: the embedded host, the demonstration, and the commands that
//! talk to a running host over HTTP. One file per command in `command/`.

mod command;
mod failure;
mod find;
mod input;
mod key_file;
mod local;
mod patience;
mod remote;
mod say;
mod shipped;
mod submission;
mod waiting;

use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, parser::ValueSource};

use crate::{
    command::{Command, serve::Serve},
    failure::Failure,
    say::Say,
};

/// A lead is thousands of small allocations, freed on another thread than they were made on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Automated handoffs: what happens is followed by the next step, and by an escalation when a person does not act.
#[derive(Debug, Parser)]
#[command(name = "handoff", version, about, after_help = EXAMPLES)]
struct Arguments {
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

const EXAMPLES: &str = "\
Examples:
  handoff                      start here: serves on http://127.0.0.1:8080
  handoff demo                 a lead's morning in a few seconds
  handoff try lead.json        what would happen to this lead, without doing it
  handoff check playbook       every problem in a playbook, with its line
  handoff timeline lead/…      what happened to a record

Exit codes: 0 fine, 1 something was found or refused, 2 the command was not understood.";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Fine,
    /// A problem was found, or an answer is no.
    Found,
}

fn main() -> ExitCode {
    let matches = Arguments::command().try_get_matches().unwrap_or_else(|said| print_and_exit(&said));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let say = Say::new(arguments.json);
    let command = arguments.command.unwrap_or(Command::Serve(arguments.serve));
    let is_host = matches!(command, Command::Serve(_));
    let ended = misplaced(&matches).map_or_else(|| command.run(&say), Err);
    // A host has a log, and goes on where nobody reads what it says.
    let unwritten = Say::unwritten().filter(|_| !is_host && ended.is_ok());
    match unwritten.map_or(ended, |why| Err(Failure::new(format!("the output could not be written: {why}")))) {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Err(failure) => {
            say.failure(&failure);
            ExitCode::from(failure.code())
        }
    }
}

/// Help, or what was not understood. Help that could not be written was not given.
fn print_and_exit(said: &clap::Error) -> ! {
    let is_lost = said.print().is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    std::process::exit(if is_lost { 1 } else { said.exit_code() })
}

/// What only `serve` understands, written before another command, would be passed over in silence.
fn misplaced(matches: &clap::ArgMatches) -> Option<Failure> {
    let (command, _) = matches.subcommand()?;
    let given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let of_serve = Serve::augment_args(clap::Command::new("serve"));
    let id = of_serve.get_arguments().map(|argument| argument.get_id().as_str()).find(given)?;
    let flag = id.replace('_', "-");
    Some(
        Failure::usage(format!("--{flag} stands before `{command}`"))
            .hint(format!("write it after: handoff {command} --{flag} …")),
    )
}

/// Runs what is asynchronous to its end, on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|error| Failure::from_error("the program cannot start", &error))?.block_on(future))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        let arguments = Arguments::try_parse_from(["handoff", "--listen", "127.0.0.1:0"]).unwrap();
        assert!(arguments.command.is_none());
        assert_eq!(arguments.serve.listen.port(), 0);
    }

    #[test]
    fn every_command_has_an_example() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("handoff "), "{} has no example", command.get_name());
        }
    }
}
