//! What operating systems do differently about files: who may read them, which two are one, what a variable
//! holds, and how standard input is read. For Unix, and what comes nearest elsewhere.

#[cfg(not(unix))]
pub use elsewhere::*;
#[cfg(unix)]
pub use unix::*;

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions, Permissions};
    use std::io::{self, Stdin};
    use std::os::fd::AsFd;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::{
        DirBuilderExt, DirEntryExt, MetadataExt, OpenOptionsExt, PermissionsExt,
    };
    use std::path::Path;

    /// What makes a file the same under several names: its device and its place there.
    pub type Identity = (u64, u64);

    /// The identity of an entry of `folder`, which is no link.
    pub fn identity(entry: &DirEntry, folder: Option<&Metadata>, _: &Path) -> Identity {
        (folder.map_or(0, MetadataExt::dev), entry.ino())
    }

    /// The identity of what a link at a path leads to.
    pub fn identity_behind(_: &Path, target: &Metadata) -> Identity {
        (target.dev(), target.ino())
    }

    /// A file that is made will have these permission bits at most.
    pub fn permit(options: &mut OpenOptions, mode: u32) {
        options.mode(mode);
    }

    /// A folder that is made will be its owner's only.
    pub fn keep_private(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    /// Gives a file the permission bits of an earlier one.
    ///
    /// # Errors
    /// Those of the system.
    pub fn permit_as(file: &File, earlier: &Metadata) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(earlier.mode() & 0o777))
    }

    /// Whether a regular file's permission bits let group or others read it.
    pub fn is_readable_by_others(path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o044 != 0)
    }

    /// Whether a regular file's permission bits let everybody write it. (Who is in a group with its owner
    /// may be trusted: that is how many systems set up users.)
    pub fn is_writable_by_others(path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o002 != 0)
    }

    /// The bytes of a variable, as they are.
    pub fn bytes(value: OsString) -> Vec<u8> {
        value.into_vec()
    }

    /// Standard input without the buffer of the standard library.
    ///
    /// # Errors
    /// Those of the system.
    pub fn unbuffered(stdin: &Stdin) -> io::Result<File> {
        stdin.as_fd().try_clone_to_owned().map(File::from)
    }
}

/// Windows: who may read a file is inherited from its folder, and not looked at.
#[cfg(not(unix))]
mod elsewhere {
    use std::ffi::OsString;
    use std::fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions};
    use std::io::{self, Stdin};
    use std::os::windows::io::AsHandle;
    use std::path::{Path, PathBuf};

    /// What makes a file the same under several names.
    pub type Identity = PathBuf;

    /// The identity of an entry, which is no link.
    pub fn identity(_: &DirEntry, _: Option<&Metadata>, canonical: &Path) -> Identity {
        canonical.to_owned()
    }

    /// The identity of what a link at a path leads to.
    pub fn identity_behind(path: &Path, _: &Metadata) -> Identity {
        fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }

    /// Files are made as their folder says.
    pub fn permit(_: &mut OpenOptions, _: u32) {}

    /// Folders are made as the one above them says.
    pub fn keep_private(_: &mut DirBuilder) {}

    /// Nothing is kept of an earlier file.
    ///
    /// # Errors
    /// Never.
    pub fn permit_as(_: &File, _: &Metadata) -> io::Result<()> {
        Ok(())
    }

    /// Access lists are not looked at.
    pub fn is_readable_by_others(_: &Path) -> bool {
        false
    }

    /// Access lists are not looked at.
    pub fn is_writable_by_others(_: &Path) -> bool {
        false
    }

    /// The text of a variable in UTF-8.
    pub fn bytes(value: OsString) -> Vec<u8> {
        value.to_string_lossy().into_owned().into_bytes()
    }

    /// Standard input without the buffer of the standard library.
    ///
    /// # Errors
    /// Those of the system.
    pub fn unbuffered(stdin: &Stdin) -> io::Result<File> {
        stdin.as_handle().try_clone_to_owned().map(File::from)
    }
}
