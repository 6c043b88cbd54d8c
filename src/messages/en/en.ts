/** English: the language every message is written in first, and the shape of all others. */
import { alerts } from './alerts.ts';
import { answers } from './answers.ts';
import { api } from './api.ts';
import { behind } from './behind.ts';
import { boot } from './boot.ts';
import { cards } from './cards.ts';
import { client } from './client.ts';
import { commands } from './commands.ts';
import { config } from './config.ts';
import { errors } from './errors.ts';
import { files } from './files.ts';
import { firewall } from './firewall.ts';
import { grammar } from './grammar.ts';
import { health } from './health.ts';
import { help } from './help.ts';
import { hosts } from './hosts.ts';
import { images } from './images.ts';
import { jobs } from './jobs.ts';
import { logs } from './logs.ts';
import { machines } from './machines.ts';
import { names } from './names.ts';
import { overlay } from './overlay.ts';
import { phrases } from './phrases.ts';
import { power } from './power.ts';
import { reasons } from './reasons.ts';
import { talk } from './talk.ts';
import { terminal } from './terminal.ts';

export const en = {
  alerts,
  answers,
  api,
  behind,
  boot,
  cards,
  client,
  commands,
  phrases,
  config,
  errors,
  files,
  firewall,
  grammar,
  health,
  help,
  hosts,
  images,
  jobs,
  logs,
  machines,
  names,
  overlay,
  power,
  reasons,
  talk,
  terminal,
};
