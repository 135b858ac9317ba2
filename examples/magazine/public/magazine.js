// Fills the places for ads: with ads on the topics that a reader has left on, if they said yes to that at all, else with notes of the house.

const HOUSE = [
  { name: 'Tidewater in print', text: 'Four issues a year, on paper that likes sand.' },
  { name: 'Write to us', text: 'We print letters about any coast. The shorter, the sooner.' },
];
const ADS = {
  books: { name: 'The Lighthouse Lists', text: 'All 4,112 of them, with the names of their keepers. Harbour Press.' },
  travel: { name: 'Night ferry to the islands', text: 'Leave after dinner, wake to gannets. Northern Line.' },
  kitchen: { name: 'A pot that pours', text: 'Cast iron with a lip, for mussels. Gietwerk.' },
  garden: { name: 'Sea kale, three roots', text: 'It likes wind. Planted in March, eaten in April.' },
};

/** Topics that may be used now: none without a yes, and then those that the reader has not turned off. */
async function topics() {
  if (!ConsentKit.isGranted('marketing')) return [];
  // Wishes are the engine's to tell; a page without a yes does not load it.
  const client = await ConsentKit.client();
  return Object.keys(ADS).filter((topic) => client.wishes.find(({ id }) => id === topic)?.value !== 0);
}

async function fill() {
  const chosen = await topics();
  // Answers and wishes may be told one after the other.
  if (chosen.join() === shown) return;
  shown = chosen.join();
  const ads = chosen.length > 0 ? chosen.map((topic) => ADS[topic]) : HOUSE;
  document.querySelectorAll('.ad').forEach((place, index) => {
    const { name, text } = ads[index % ads.length];
    place.replaceChildren(line('small', chosen.length > 0 ? 'Advertisement' : 'From the house'), line('strong', name), line('span', text));
  });
  document.querySelector('[data-chosen]').textContent = chosen.length > 0 ? `Now: ${chosen.join(', ')}.` : 'Now: none, only notes of our own.';
  // All that leaves the page. A made-up server, so nobody waits for an answer.
  if (chosen.length > 0) navigator.sendBeacon(`${document.body.dataset.adlumen}/beacon?topics=${chosen.join('+')}`);
}
let shown;

function line(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

for (const event of ['consent', 'first-consent', 'change', 'wishes']) ConsentKit.on(event, fill);
await fill();
