/** A phone that comes to the reader's light, again and again. */
export function ScanPicture() {
  return (
    <div class="scan-picture" aria-hidden="true">
      <svg aria-hidden="true" viewBox="0 0 200 150" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">
        <g class="scan-phone">
          <rect x="72" y="6" width="56" height="92" rx="9" class="fill-raised" />
          <path d="M84 30h12v12H84zM104 30h12v12h-12zM84 50h12v12H84zM104 50h4m8 0v12h-8M92 76h16" />
        </g>
        <path class="scan-light" d="M62 118 84 84h32l22 34Z" />
        <path d="M48 120h104l8 24H40Z" class="fill-surface" />
        <path d="M72 132h56" class="scan-beam" />
      </svg>
    </div>
  );
}
