/** What can be asked over HTTP, as its description says it. */
import type { Messages } from '../language.ts';

export const api: Messages['api'] = {
  about: 'Lokit, terveys ja työt asetuksissa nimetyn henkilön nimissä.',
  logs: 'Sovelluksen, palvelun, palvelimen tai työn viestit, JSON-rivi kustakin',
  tail: 'Viimeiset viestit ja sitten saapuvat, kunnes yhteys suljetaan',
  health: 'Kuinka terve pilvi, sovellus, palvelin tai ympäristö on, ja miksi',
  run: 'Missä vaiheessa työ on, tai kuinka se päättyi',
  description: 'Tämä kuvaus (OpenAPI 3.1)',
  cursor: 'jonkin annetun viestin cursor',
  grepEmpty: 'teksti, tai vinoviivojen välissä säännöllinen lauseke',
  number: (f) => `luku väliltä ${f.least}–${f.most}`,
  error: 'Mikä on vialla, ja mitä tehdä',
  down: 'rajapinnasta ei voi kysyä',
  up: 'rajapinnasta voi taas kysyä',
};
