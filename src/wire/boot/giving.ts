/** What machines are given, out of what a boot server has open. */
import type { Config } from '../../config/config.ts';
import { findSecret } from '../../config/secret-text.ts';
import { SharedTrees, TreeStore } from '../../jobs/files/repository.ts';
import { Scenes } from '../../jobs/files/scenes.ts';
import { KeySources } from '../../jobs/keys/gather.ts';
import type { openState, WireOptions } from '../state.ts';
import { Giving } from './given.ts';
import { BootKeys } from './keys.ts';

export interface GivingWire {
  options: Pick<WireOptions, 'state' | 'environment' | 'scrubber' | 'log'>;
  state: Pick<Awaited<ReturnType<typeof openState>>, 'redis' | 'state' | 'values'>;
  config(): Config;
  /** How machines reach the boot server, like `http://10.77.0.1:8080`. */
  base(): string;
}

export function openGiving({ options, state, config, base }: GivingWire): Giving {
  const { state: folder, environment = {}, scrubber, log } = options;
  const sources = new KeySources({ state: state.state, folder, environment, scrubber });
  const trees = new SharedTrees(new TreeStore(state.redis));
  const scenes = new Scenes({ config, trees, values: state.values });
  return new Giving({
    config,
    folder,
    state: state.state,
    keys: new BootKeys({ sources, state: state.state, log }),
    scene: () => scenes.current(),
    async secret(text, path) {
      const secret = await findSecret(text, { path, folder: config().folder, environment });
      scrubber.learn(secret);
      return secret;
    },
    base,
  });
}
