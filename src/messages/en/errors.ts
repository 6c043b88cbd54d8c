/** What can go wrong: code -> a summary and a hint at the next thing to do, for people. */
import { api } from './errors/api.ts';
import { apps } from './errors/apps.ts';
import { asked } from './errors/asked.ts';
import { boot } from './errors/boot.ts';
import { chats } from './errors/chats.ts';
import { gate } from './errors/gate.ts';
import { hosts } from './errors/hosts.ts';
import { hubs } from './errors/hubs.ts';
import { images } from './errors/images.ts';
import { keys } from './errors/keys.ts';
import { logs } from './errors/logs.ts';
import { machines } from './errors/machines.ts';
import { networks } from './errors/networks.ts';
import { power } from './errors/power.ts';
import { runs } from './errors/runs.ts';

export const errors = {
  ...asked,
  ...runs,
  ...hosts,
  ...networks,
  ...apps,
  ...chats,
  ...keys,
  ...hubs,
  ...gate,
  ...logs,
  ...api,
  ...power,
  ...machines,
  ...images,
  ...boot,
};
