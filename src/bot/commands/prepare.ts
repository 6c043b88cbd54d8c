import { z } from 'zod';
import { hasFirewall } from '../../config/host-firewall.ts';
import { overlayBefore } from '../../config/overlays.ts';
import { MusterError } from '../../errors.ts';
import { needsOf } from '../../jobs/host/needs.ts';
import { targetsOn } from '../../jobs/keys/targets.ts';
import { membersOf } from '../../jobs/overlay/members.ts';
import { behindStages } from '../../jobs/plans/behind.ts';
import { keysStages } from '../../jobs/plans/keys.ts';
import { joinStages } from '../../jobs/plans/overlay.ts';
import { preparePlan } from '../../jobs/plans/prepare.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, overlayOf } from '../known.ts';

export const prepare = defineCommand({
  name: 'prepare',
  about: () => messages().commands.prepare,
  examples: ['prepare local', 'prepare web-1 --dry-run'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'change',
  scope: ({ host }) => `host/${host}`,
  async plan({ host }, house) {
    const { config, keys } = house;
    hostOf(config, host);
    const targets = targetsOn(config, [host]);
    const groups = [...new Set(targets.flatMap((target) => target.groups))];
    const stages = keysStages(targets, await keys.gather(config, groups, false));
    return preparePlan({
      host,
      needs: needsOf(config, host),
      keys: stages,
      behind: await behindOf(host, house),
    });
  },
});

/** What takes a host behind its network: membership, the proof of it, and closing all else; nothing where it is to be reached by any. */
async function behindOf(host: string, { config, state, caller }: House) {
  const overlay = overlayBefore(config, host);
  if (overlay === undefined) return undefined;
  if (!hasFirewall(config, host)) throw new MusterError('behind.firewall', { host, overlay });
  const settings = overlayOf(config, overlay);
  const scene = { config, name: overlay, settings, members: await membersOf(state, overlay) };
  const close = behindStages({ host, overlay, kind: settings.kind, by: caller.person });
  return { overlay, stages: [...joinStages(scene, host), ...close] };
}
