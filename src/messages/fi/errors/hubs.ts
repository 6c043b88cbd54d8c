/** Templates and their data. */
import { type Entry, entry } from '../../entry.ts';

export const hubs = {
  'data.shape': entry(
    (f) => `${f.name} on joukko avaimia vain toisessa: ${f.layer} tai ${f.other}`,
    () => 'Tee siitä molemmissa samanlainen tai anna toiselle toinen nimi.',
  ),
  'data.deep': entry(
    (f) => `${f.name} kerroksessa ${f.layer} on liian syvä`,
    () => 'Tiedot voivat olla 100 tasoa syviä.',
  ),
  'data.name': entry(
    (f) => `kerroksessa ${f.layer} on nimi, jota mikään malli ei voi käyttää: ${f.name}`,
    () => 'Nimessä ei ole pisteitä, välejä eikä aaltosulkeita; fn on varattu toiminnoille.',
  ),
  'template.unknown': entry(
    (f) => `${f.place}: mallia ${f.name} ei ole`,
    () => 'Lisää se tai korjaa sen nimi.',
  ),
  'template.syntax': entry(
    (f) =>
      ({
        tag: `${f.place}: merkiltä {{ puuttuu }}`,
        open: `${f.place}: osaa ${f.name} ei ole päätetty`,
        closed: `${f.place}: osa ${f.name} päätetään, vaikka sitä ei ole aloitettu`,
        tags: `${f.place}: muut erottimet tarvitsevat alun ja lopun`,
      })[`${f.problem}`] ?? '',
    () => 'Jokainen {{#osa}} tarvitsee parinsa {{/osa}}, ja jokainen {{ parinsa }}.',
  ),
  'template.missing': entry(
    (f) => `${f.place}: tiedoissa ei ole nimeä ${f.name}`,
    (f) => `Aseta ${f.name}; false tai tyhjä lista jättää osan pois.`,
  ),
  'template.value': entry(
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `${f.place}: ${f.name} on ${f.problem === 'list' ? 'lista' : 'joukko avaimia'}, ei tekstiä`
        : `${f.place}: ${f.name} ei sovi tiedostoon, jonka muoto on ${f.problem}`,
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `Käytä {{#${f.name}}} … {{/${f.name}}} tai nimeä jotain sen sisältä.`
        : 'Rivinvaihto tai nollatavu päättäisi arvon liian aikaisin.',
  ),
  'template.function': entry(
    (f) => `${f.place}: toimintoa ${f.name} ei ole`,
    (f) => `Toiminnot: ${f.known}.`,
  ),
  'template.deep': entry(
    (f) => `${f.place}: mallit sisältävät toisiaan loputtomasti: ${f.chain}`,
    () => 'Malli saa sisältää itsensä vain niin syvälle kuin tiedotkin menevät.',
  ),
  'template.large': entry(
    (f) => `${f.place}: tiedostosta tulee liian suuri`,
    () => 'Listan sisällä on ehkä vahingossa toinen lista.',
  ),
  'schema.bad': entry(
    (f) => `templates/${f.name} ei ole JSON Schema: ${f.message}`,
    () => 'Korjaa skeema.',
  ),
  'schema.data': entry(
    (f) => `tiedoston ${f.file} tiedot eivät sovi skeemaan ${f.name}: ${f.problems}`,
    () => 'Korjaa tiedot komennolla /config set, tai korjaa skeema.',
  ),
  'files.bad': entry(
    (f) => `malleissa ja tiedoissa on ${f.count} ${f.count === 1 ? 'virhe' : 'virhettä'}:\n${f.problems}`,
    () => 'Korjaa ne; muster check näyttää kaikki.',
  ),
  'files.none': entry(
    (f) => `kohteeseen ${f.target} ei mene tiedostoja`,
    () => 'Asetusten osa files sanoo, mikä menee minne.',
  ),
  'files.target': entry(
    (f) => `kohdetta ${f.name} ei ole${f.near ? `; tarkoititko ${f.near}?` : ''}`,
    () => 'Nimeä host/NIMI, label/NIMI, app/NIMI, tiedosto, tai cloud kaikkia varten.',
  ),
  'files.value': entry(
    (f) =>
      ({
        name: `${f.name} ei ole nimi, joka tiedoilla voi olla`,
        number: `${f.name}: näin suuri luku kirjoitettaisiin toisena`,
        deep: `${f.name} on liian syvä`,
        long: `${f.name} on liian pitkä`,
      })[`${f.problem}`] ?? '',
    (f) =>
      ({
        name: 'Nimessä ei ole välejä eikä aaltosulkeita; fn on varattu toiminnoille.',
        number: 'Pane se lainausmerkkeihin.',
        deep: 'Tiedot voivat olla 100 tasoa syviä.',
        long: 'Arvo on enintään 64 KiB.',
      })[`${f.problem}`] ?? '',
  ),
  'files.version': entry(
    (f) => `tietojen versiota ${f.version} ei enää tunneta`,
    () => 'Katso /config history.',
  ),
  'files.moved': entry(
    () => 'joku muu muutti tietoja sillä välin',
    () => 'Katso /config history ja anna rivi uudelleen.',
  ),
  'files.stale': entry(
    (f) => `tiedostosta ${f.file} palvelimelle ${f.host} tulee toinen kuin sovittiin`,
    () => 'Mallit tai tiedot muuttuivat sillä välin: anna rivi uudelleen.',
  ),
  'files.drift': entry(
    (f) => `${f.path} palvelimella ${f.host} ei ole sellainen, jollaiseksi Muster sen jätti`,
    (f) => `Katso /config diff host/${f.host}; /config apply host/${f.host} --overwrite kirjoittaa sen yli.`,
  ),
  'files.path': entry(
    (f) => `tiedostoa ${f.path} ei voi kirjoittaa palvelimella ${f.host}: ${f.message}`,
    () => 'Korjaa se palvelimella tai anna tiedostolle toinen polku.',
  ),
  'files.check': entry(
    (f) => `tiedoston ${f.path} tarkistus palvelimella ${f.host} epäonnistui: ${f.message}`,
    () => 'Korjaa malli tai sen tiedot; entinen on paikallaan.',
  ),
  'files.apply': entry(
    (f) => `${f.host} ei ottanut käyttöön tiedostoa ${f.path}: ${f.message}`,
    () => 'Katso mitä se sanoo; entinen palautetaan.',
  ),
  'files.unhealthy': entry(
    (f) => `${f.host} ei voi hyvin, kun ${f.path} on uusi: ${f.message}`,
    () => 'Korjaa malli tai sen tiedot; entinen palautetaan.',
  ),
  'files.refused': entry(
    (f) => `${f.app} ${f.service} palvelimella ${f.host} ei voinut ottaa tiedostojaan käyttöön: ${f.message}`,
    (f) => `Entinen palautetaan; katso mitä se sanoo: /logs ${f.app}.`,
  ),
  'files.away': entry(
    (f) =>
      `${f.app} ${f.service} palvelimella ${f.host} ei ole ottanut tiedostojaan käyttöön ajassa ${f.time}`,
    (f) => `Katso mitä se sanoo: /logs ${f.app}.`,
  ),
} satisfies Record<string, Entry>;
