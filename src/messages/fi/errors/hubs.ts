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
} satisfies Record<string, Entry>;
