/** The repository of templates and data: followed by one manager at a time, and told where people look. */
import { git } from '../adapters/git/git.ts';
import { localShell } from '../adapters/local/shell.ts';
import type { Chats } from '../bot/chats.ts';
import type { House as Desk } from '../bot/house.ts';
import type { ConfigSource } from '../config/watch.ts';
import { repositoryOf } from '../jobs/deploy/repository.ts';
import { Follower } from '../jobs/files/follower.ts';
import type { TreeStore } from '../jobs/files/repository.ts';
import { Lease } from '../jobs/lease.ts';
import { messages } from '../messages/messages.ts';
import { short } from '../names.ts';
import type { openState, WireOptions } from './state.ts';

export interface TemplatesWire {
  options: WireOptions;
  state: Awaited<ReturnType<typeof openState>>;
  config: ConfigSource;
  trees: TreeStore;
  runLine: Desk['runLine'];
  chats: Pick<Chats, 'tell'>;
}

export function openFollower({ options, state, config, trees, runLine, chats }: TemplatesWire): Follower {
  const { log } = options;
  return new Follower({
    config: () => config.current,
    store: trees,
    values: state.values,
    git: git.open({ shell: localShell({ host: 'muster' }), options: {} }),
    address: (repository) => repositoryOf({ repository }, config.current.folder),
    state: options.state,
    alarms: state.alerts,
    lease: new Lease({ redis: state.redis, name: 'templates', log }),
    async onCommit(commit, names) {
      const { alerts } = messages().files;
      const summary = alerts.taken({ commit: short(commit), names });
      const by = { person: 'muster', platform: 'git', chat: '' };
      await state.audit.append({ kind: 'reload', by, summary });
      const person = config.current.settings.templates?.as;
      const line = `/config apply ${names.join(' ')}`;
      const bring = names.length > 0 && person === undefined ? `\n${alerts.bringOut({ line })}` : '';
      await chats.tell('operators', `templates:${commit}`, `${summary}${bring}`);
      if (names.length === 0 || person === undefined) return;
      const { text, refused } = await runLine(`templates:${commit}`, line, person);
      if (refused) await chats.tell('operators', `templates:${commit}:refused`, text);
    },
    log,
  });
}
