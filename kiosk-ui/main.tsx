import { type ComponentType, render } from 'preact';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import { followWindow } from './design/scale.ts';

/** One program, six pages. Each is loaded only where it is asked for, so that the kiosk carries nothing of the technician's. */
async function pageAt(path: string): Promise<ComponentType> {
  const [, first] = path.split('/');
  switch (first) {
    case 'gate':
      return (await import('./gate/gate-page.tsx')).GatePage;
    case 'technician':
      return (await import('./technician/technician-page.tsx')).TechnicianPage;
    case 'usher':
      return (await import('./usher/usher-page.tsx')).UsherPage;
    case 'staff':
      return (await import('./staff/staff-page.tsx')).StaffPage;
    case 'bench':
      return (await import('./bench/bench-page.tsx')).BenchPage;
    default:
      return (await import('./audience/audience-page.tsx')).AudiencePage;
  }
}

async function start(): Promise<void> {
  followWindow();
  const Page = await pageAt(location.pathname);
  const root = document.getElementById('app');
  if (root) render(<Page />, root);
}

void start();
