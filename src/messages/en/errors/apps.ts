/** Apps, and what they are built of. */
import { type Entry, entry } from '../../entry.ts';

export const apps = {
  'engine.down': entry(
    (f) => `the Docker engine of ${f.host} does not answer`,
    (f) => `/prepare ${f.host}`,
  ),
  'engine.missing': entry(
    (f) => `${f.host} has no ${f.what}`,
    (f) => `/prepare ${f.host}`,
  ),
  'git.unreachable': entry(
    (f) => `cannot read the repository of ${f.app}: ${f.message}`,
    () => 'Is the address right, and may Muster read it?',
  ),
  'git.ref.unknown': entry(
    (f) =>
      `${f.app} has no branch, tag or commit called ${f.ref}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    () => 'A short commit id is not enough: give all 40 characters, or a branch or tag.',
  ),
  'compose.missing': entry(
    (f) => `${f.app} has no ${f.path} at ${f.commit}`,
    () => "Set the app's compose path in the configuration.",
  ),
  'compose.invalid': entry(
    (f) => `the compose file of ${f.app} is not valid: ${f.message}`,
    (f) => `Mend ${f.path} and deploy again.`,
  ),
  'image.missing': entry(
    (f) => `the image ${f.image} is not on ${f.host}`,
    (f) => `${f.next}`,
  ),
  'image.base': entry(
    (f) => `${f.host} takes only images on ${f.base}, and ${f.app} has others: ${f.services}`,
    (f) =>
      `Begin their Dockerfiles with FROM ${f.base}, after a /build base; or set baseImage: any for ${f.host}.`,
  ),
  'app.unhealthy': entry(
    (f) => `${f.app} did not get healthy on ${f.host}: ${f.message}`,
    (f) => `/logs ${f.app}`,
  ),
  'app.nothing': entry(
    (f) => `${f.app} has nothing to go back to on ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.notdeployed': entry(
    (f) => `${f.app} is not deployed on ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.gone': entry(
    (f) => `${f.host} no longer has what ${f.app} needs for ${f.generation}: ${f.message}`,
    (f) => `/deploy ${f.app}`,
  ),
  'setup.missing': entry(
    (f) => `${f.what} is missing`,
    (f) => `${f.fix}`,
  ),
} satisfies Record<string, Entry>;
