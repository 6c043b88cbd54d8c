/** What the console and the command line say. */
import type { Messages } from '../language.ts';
import { count } from './words.ts';

export const terminal: Messages['terminal'] = {
  up: (f) =>
    `Muster on käynnissä: ${count(f.hosts, 'palvelin', 'palvelinta')}, ${count(f.apps, 'sovellus', 'sovellusta')}. Kirjoita /help`,
  stopping: (f) =>
    `Pysäytetään; ${f.active} keskeneräisellä askeleella on ${f.seconds} s aikaa päättyä. Uusi Ctrl-C pysäyttää heti.`,
  serving: (f) => `Palvellaan: ${f.hosts.join(', ')}.`,
  hub: (f) => `Keskus kuuntelee osoitteessa ${f.listen}; kontit tavoittavat sen osoitteesta ${f.address}.`,
  agent: (f) => `Agentti kuuntelee osoitteessa ${f.address}:${f.port}. Sen avain on ${f.key}`,
  badListen: (f) => `--listen ottaa portin, tai osoitteen ja portin, ei ${f.text}`,
  badKey: (f) => `--trust ottaa avaimen kuten SHA256:…, jollaisen muster key tulostaa, ei ${f.text}`,
  stoppingNow: 'Pysäytetään heti; keskeneräiset jatkuvat seuraavassa käynnistyksessä.',
  askAgain: 'Uusi Ctrl-C pysäyttää Musterin. Työn pysäyttää /cancel ja työn tunnus.',
  addedUnknown:
    'keskustelussa lisättyjä palvelimia ei tarkastettu: ne tunnetaan vain, kun Muster on käynnissä',
  wellOff: (f) => `${count(f.count, 'palvelin', 'palvelinta')}, mitään ei puutu.`,
  lacking: (f) =>
    `Puutteita on ${f.count}. Korjaukset, jotka alkavat merkillä /, kirjoitetaan keskusteluun tai komennolla muster say.`,
  stopped: 'Muster pysähtyi välillä; työ jatkuu, kun se on taas käynnissä. Katso muster say /jobs',
};
