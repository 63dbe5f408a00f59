//! Reads a playbook: the texts of a folder in, a typed [`domain::playbook::Playbook`] and every
//! problem at once out, each with its file, line, column, a stable code and, where one is known, what
//! was probably meant.
//!
//! No workflow runs here and nothing is decided; `files` alone touches the disk.

mod blank;
mod causes;
mod check;
pub mod code;
mod diagnostic;
mod events;
mod examples;
mod files;
mod json;
mod load;
mod read;
mod render;
mod sections;
mod shapes;
mod steps;
mod template;
mod yaml;

pub use code::{CODES, CodeInfo};
pub use diagnostic::{Diagnostic, Place, Severity, Spot};
pub use events::KNOWN_EVENTS;
pub use examples::Example;
pub use files::{FOLDERS, Files, Folder, Unread, read_folder};
pub use json::yaml_to_json;
pub use load::{Checked, load, load_folder};
pub use render::render;
pub use sections::TOP_FILES;
