//! Asking on the terminal. Echo is off before the question is seen: whoever answers at once, as a
//! program does, would else be shown.

use std::io;

/// Asks, and reads the answer unseen.
///
/// # Errors
/// When there is no terminal, or it cannot be read.
#[cfg(unix)]
pub fn ask(question: &str) -> io::Result<String> {
    use std::io::Write;
    let mut terminal = std::fs::File::options().read(true).write(true).open("/dev/tty")?;
    let _silent = Silent::make(terminal.try_clone()?)?;
    terminal.write_all(question.as_bytes())?;
    rpassword::read_password()
}

/// The same; the console of this system echoes what is read, not what is typed.
#[cfg(not(unix))]
pub fn ask(question: &str) -> io::Result<String> {
    rpassword::prompt_password(question)
}

/// A terminal that does not echo, until this goes.
#[cfg(unix)]
struct Silent {
    terminal: std::fs::File,
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl Silent {
    fn make(terminal: std::fs::File) -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        // What has been typed already is kept: it may be the answer.
        tcsetattr(&terminal, OptionalActions::Now, &silent)?;
        Ok(Self { terminal, before })
    }
}

#[cfg(unix)]
impl Drop for Silent {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that has gone needs nothing any more.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
