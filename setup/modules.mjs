/** The npm packages and the build: brought up to date only where they are not. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem, say } from './say.mjs';

export const ROOT = join(import.meta.dirname, '..');

/** `npm ci` where node_modules is not what package-lock.json says; install scripts are not needed and not run. */
export function ensureModules(folder = ROOT) {
  if (modulesAreFresh(folder)) return;
  say(`installing npm packages${folder === ROOT ? '' : ` in ${folder}`} (npm ci)`);
  const npm = process.env.npm_execpath;
  const [program, ...before] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const options = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(program, [...before, ...options], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  if (error?.code === 'ENOENT')
    throw new SetupProblem('npm is not on PATH. Install Node.js with npm, then try again.');
  if (status !== 0) throw new SetupProblem('npm ci failed; its message is above.');
}

/** npm keeps what it installed in node_modules/.package-lock.json: the same packages as the lockfile's, less those of other platforms. */
export function modulesAreFresh(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const present = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted || !present) return false;
  const same = Object.entries(present).every(
    ([path, { version, integrity }]) =>
      wanted[path]?.version === version && wanted[path]?.integrity === integrity,
  );
  return (
    same &&
    Object.entries(wanted).every(
      ([path, { optional, peer }]) => path === '' || optional || peer || present[path],
    )
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The bundles into dist/ where the sources changed since. A running Muster keeps what it has loaded. */
export function ensureBuild() {
  const hash = hashOf(['src', 'setup/bundle.mjs', 'package-lock.json']);
  const stamp = join(ROOT, 'dist/.built');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say('building (esbuild)');
  const next = join(ROOT, `dist.${process.pid}`);
  try {
    const bundle = join(ROOT, 'setup/bundle.mjs');
    if (spawnSync(process.execPath, [bundle, next], { cwd: ROOT, stdio: ['ignore', 2, 2] }).status !== 0)
      throw new SetupProblem('The build failed; the message of esbuild is above.');
    writeFileSync(join(next, '.built'), hash);
    rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
    renameSync(next, join(ROOT, 'dist'));
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** A hash of files and folders, by name and content. */
export function hashOf(names, root = ROOT) {
  const hash = createHash('sha256');
  const add = (name) => {
    const path = join(root, name);
    if (!existsSync(path)) return;
    try {
      const content = readFileSync(path);
      hash.update(`${name}\0${content.length}\0`).update(content);
    } catch (error) {
      if (error.code !== 'EISDIR') throw error;
      for (const entry of readdirSync(path).sort()) add(`${name}/${entry}`);
    }
  };
  for (const name of names) add(name);
  return hash.digest('hex');
}

/** One set-up of this checkout at a time; the lock of a set-up that was killed is taken over. */
export async function alone(work) {
  mkdirSync(join(ROOT, 'var'), { recursive: true, mode: 0o700 });
  const lock = join(ROOT, 'var/set-up.lock');
  for (let told = false; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderLives(lock)) rmSync(lock, { force: true });
    else {
      if (!told) say('waiting for another set-up in this folder');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderLives(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
