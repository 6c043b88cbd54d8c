/** Containers and managers at the door of the hub. */
import { type Entry, entry } from '../../entry.ts';

export const gate = {
  'hub.stranger': entry(
    (f) =>
      ({
        certificate: 'the hub knows no such certificate',
        token: 'the token does not belong to the certificate',
        place: `only ${f.place === 'manager' ? 'managers' : 'containers'} may ask that`,
      })[`${f.reason}`] ?? '',
    () => 'A deploy gives a container who it is: deploy the app again.',
  ),
  'hub.expired': entry(
    (f) =>
      f.reason === 'early' ? `the ${f.what} holds only from ${f.at} on` : `the ${f.what} held until ${f.at}`,
    (f) =>
      f.reason === 'early'
        ? 'Check the clock of the machine where the hub runs.'
        : 'Muster writes a new one soon; a deploy does it at once.',
  ),
  'hub.retired': entry(
    (f) => `generation ${f.generation} of ${f.app} is not live on ${f.host} any more`,
    () => 'It may only deliver what it still has to say.',
  ),
  'hub.request': entry(
    (f) => `the hub does not understand that: ${f.message}`,
    () => 'Client and hub may be of different versions: build the image again.',
  ),
  'hub.large': entry(
    (f) => `more than ${f.most} bytes at once`,
    () => 'Send it in parts.',
  ),
  'hub.busy': entry(
    (f) => (f.reason === 'caller' ? 'too much at once from this caller' : 'the hub has too much to do'),
    () => 'Try again in a moment.',
  ),
  'hub.unreachable': entry(
    (f) => `the hub at ${f.address} does not answer: ${f.message}`,
    () => 'Is it up, and may this machine reach it? muster start runs it where the configuration has a hub.',
  ),
  'hub.key.changed': entry(
    (f) => `the hub at ${f.address} has another key than the one that is known: ${f.fingerprint}`,
    () => 'Somebody else answers there, or the folder with its keys was lost: then deploy the apps again.',
  ),
  'hub.none': entry(
    () => 'there is no hub',
    () => 'Give it an address in the section hub of the configuration.',
  ),
  'hub.never': entry(
    () => 'the hub was never up',
    () => 'muster start runs it; where it says start: false, muster hub does.',
  ),
  'hub.taken': entry(
    (f) =>
      f.where === undefined
        ? `something else listens on ${f.listen}`
        : `another hub is up over the same Redis: ${f.where}`,
    (f) =>
      f.where === undefined
        ? 'Another Muster, perhaps? Choose another listen and address in the section hub.'
        : 'One is enough: say start: false in the section hub here, or stop the other one.',
  ),
} satisfies Record<string, Entry>;
