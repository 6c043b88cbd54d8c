/** Lets a host's sshd listen on its overlay network only. What is not kept in time is taken back over there, without Muster. */
import { z } from 'zod';
import { sshd } from '../../adapters/sshd/sshd.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, OverlayName } from '../../names.ts';
import { OverlayAddress } from '../../overlay.ts';
import { memberOf } from '../networks.ts';
import { type Beside, defineStep } from '../step.ts';

/** How long it may stay without being kept, s: time enough to come in over the network. */
const KEEP_WITHIN_S = 60;

const Input = z.strictObject({
  host: HostName,
  overlay: OverlayName,
  kind: z.enum(['wireguard', 'zerotier']),
  /** The host's address in the network, added when it starts. */
  address: OverlayAddress.optional(),
});
type Input = z.output<typeof Input>;

const uses = { sshd };

export const listenBehind = defineStep({
  name: 'host.listen',
  input: Input,
  uses,
  timeout: '2m',
  title: ({ host, overlay }) => messages().behind.steps.listen({ host, overlay }),
  brief: locate,
  async run(input, { sshd: servers, root, run, signal, report }) {
    const { host, overlay, address } = input;
    const { notes } = messages().behind;
    try {
      const changed = await servers.at(root, unitOf(input)).listen(run, address!, KEEP_WITHIN_S, signal);
      report.note((changed ? notes.listens : notes.listensAlready)({ host, overlay, address: address! }));
    } catch (error) {
      if (!isNone(error)) throw error;
      report.note(notes.noSshd({ host }));
    }
  },
  undo: (input, { sshd: servers, root, run }) => takeBack(input, servers.at(root, unitOf(input)), run),
});

/** Keeps it: whoever asks came in over the network. */
export const keepListening = defineStep({
  name: 'host.keeplistening',
  input: Input,
  uses,
  timeout: '2m',
  retry: { times: 2, pause: '1s' },
  title: ({ host, overlay }) => messages().behind.steps.keepListening({ host, overlay }),
  brief: locate,
  async run(input, { sshd: servers, root, run, signal }) {
    await servers.at(root, unitOf(input)).keep(run, input.address!, signal).catch(unlessNone);
  },
  undo: (input, { sshd: servers, root, run }) => takeBack(input, servers.at(root, unitOf(input)), run),
});

/** Lets it listen as its own configuration says. */
export const listenAnywhere = defineStep({
  name: 'host.listenanywhere',
  input: Input,
  uses,
  timeout: '2m',
  title: ({ host }) => messages().behind.steps.listenAnywhere({ host }),
  async run(input, { sshd: servers, root, run, signal }) {
    await servers.at(root, unitOf(input)).open(run, signal).catch(unlessNone);
  },
  undo: (input, { sshd: servers, root, run }) => takeBack(input, servers.at(root, unitOf(input)), run),
});

async function locate({ host, overlay }: Input, { state, direction }: Beside) {
  const member = await memberOf(state, overlay, host);
  if (member) return { address: member.address };
  if (direction === 'undo') return {};
  throw new MusterError('behind.stranger', { host, overlay });
}

async function takeBack(
  { host }: Input,
  server: ReturnType<ReturnType<typeof sshd.open>['at']>,
  run: string,
): Promise<undefined> {
  await server.back(run).catch((error) => {
    if (isNone(error)) return;
    throw error instanceof MusterError ? error : new MusterError('internal', { host });
  });
}

/** What has to be up before sshd can listen there. */
const unitOf = ({ overlay, kind }: Input): string =>
  kind === 'wireguard' ? `muster-overlay-${overlay}.service` : 'zerotier-one.service';

/** Where there is no sshd, there is nothing to do. */
const unlessNone = (error: unknown): void => {
  if (!isNone(error)) throw error;
};

const isNone = (error: unknown): boolean => error instanceof MusterError && error.code === 'sshd.none';
