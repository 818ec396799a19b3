/**
 * The floor: a page without a framework that reads the same answer and sets one string of HTML, a button for each seat. It names no seat, follows no plan
 * but its columns, and a tap does nothing but turn one attribute.
 */
export const FLOOR_PAGE = `<!doctype html>
<meta charset="utf-8">
<style>
  body { margin: 0; background: #0f0b0a; }
  #map { display: grid; gap: 4px; padding: 8px; }
  .seat { height: 34px; border: 0; border-radius: 6px; background: #456; color: #fff; font: 12px sans-serif; }
  .seat[data-face=S] { background: #222; }
  .seat[data-face=Y] { background: #e8b04a; }
</style>
<button class="show">show</button>
<button class="back">back</button>
<div id="map" class="seat-map"></div>
<script>
  const map = document.getElementById('map');
  document.querySelector('.back').addEventListener('click', () => { map.innerHTML = ''; });
  document.querySelector('.show').addEventListener('click', async () => {
    const { plan, picture } = await (await fetch('/api/shows/1/seats')).json();
    map.style.gridTemplateColumns = 'repeat(' + plan.width + ', 1fr)';
    map.innerHTML = plan.seats.map((seat, i) =>
      '<button class="seat" data-face="' + picture.states[i] + '" style="grid-area:' + (seat.y + 1) + '/' + (seat.x + 1) + '">' + seat.number + '</button>').join('');
  });
  map.addEventListener('click', ({ target }) => {
    if (target.dataset.face === 'F') target.dataset.face = 'Y';
    else if (target.dataset.face === 'Y') target.dataset.face = 'F';
  });
</script>`;
