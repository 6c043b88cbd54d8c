/**
 * Finnish. Names, ids, commands, options, keys of the configuration and what programs print stay as they are, and are
 * never inflected: a word in front of them is (`palvelimella web-1`, `sovelluksen shop loki`), or they are the subject.
 *
 * The words for things: job = työ, stage = vaihe, step = askel, plan = suunnitelma, dry run = koeajo, lock = lukko;
 * host = palvelin, app = sovellus, live = käytössä, deploy = julkaista, roll back = palauttaa, generation = versio,
 * build = koota (koonti), image = levykuva, healthy = kunnossa, healthcheck = terveystarkistus, branch = haara, tag = tagi,
 * ref and commit as they are; undo = kumota, cancel = perua, retry = yrittää uudelleen, approve = hyväksyä (hyväksyntä),
 * confirm = vahvistaa, refuse = hylätä, admin = ylläpitäjä, configuration = asetukset, option = valitsin, schedule = ajastus,
 * alert = hälytys, acknowledge = kuitata, snooze = torkuttaa, worker = työprosessi, manager = hallintaprosessi,
 * chat service = viestipalvelu, hub = keskus, chat = keskustelu, audit = tapahtumaketju.
 */
import type { Messages } from '../language.ts';
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

export const fi: Messages = {
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
