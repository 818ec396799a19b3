import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { say } from '../text/language.ts';
import { CAMERA_REMEDY, CAMERA_TROUBLE, usher as words } from '../text/usher.ts';
import type { Sight } from './camera/frame.ts';
import { type CameraState, useCamera } from './camera/use-camera.ts';
import type { Usher } from './model/usher.ts';
import { RecentList } from './recent-list.tsx';

/** What the camera sees, a frame to aim with, and the two things a thumb may want: light, and keys. */
export function ScanView({ usher }: { readonly usher: Usher }) {
  const [isTyping, setTyping] = useState(false);
  const camera = useCamera((code) => void usher.check(code, 'camera'), usher.agent);
  const recent = usher.state.value?.recent ?? [];
  return (
    <main class="scan">
      <h1 class="visually-hidden">{say(words.scan)}</h1>
      <Viewfinder camera={camera} isChecking={usher.isChecking.value} />
      <div class="scan-tools">
        {camera.at === 'open' && camera.hasTorch && (
          <button type="button" class="button scan-tool" aria-pressed={camera.isLit} onClick={camera.switchTorch}>
            <Icon name="torch" />
            {say(camera.isLit ? words.torchOff : words.torchOn)}
          </button>
        )}
        <button type="button" class="button scan-tool" aria-expanded={isTyping} onClick={() => setTyping(!isTyping)}>
          <Icon name="keys" />
          {say(words.type)}
        </button>
      </div>
      {isTyping && <TypedCode usher={usher} />}
      {recent.length > 0 && (
        <div class="scan-recent">
          <RecentList usher={usher} scans={recent} />
        </div>
      )}
    </main>
  );
}

function Viewfinder({ camera, isChecking }: { readonly camera: CameraState; readonly isChecking: boolean }) {
  if (camera.at === 'trouble') {
    return (
      <div class="finder finder-dark" role="status">
        <Icon name="camera" />
        <p class="finder-what">{say(CAMERA_TROUBLE[camera.trouble])}</p>
        <p class="soft">{say(CAMERA_REMEDY[camera.trouble])}</p>
        {camera.trouble !== 'insecure' && (
          <button type="button" class="button" onClick={camera.again}>
            {say(words.cameraAgain)}
          </button>
        )}
      </div>
    );
  }
  return (
    <div class="finder" data-sight={camera.at === 'open' ? camera.sight : undefined}>
      <video ref={camera.video} muted playsInline autoPlay />
      <svg class="reticle" viewBox="0 0 100 100" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d="M2 24V13A11 11 0 0 1 13 2h11M76 2h11a11 11 0 0 1 11 11v11M98 76v11a11 11 0 0 1-11 11H76M24 98H13A11 11 0 0 1 2 87V76" />
      </svg>
      <p class="finder-hint" role="status">
        {say(hintOf(camera, isChecking))}
      </p>
    </div>
  );
}

function hintOf(camera: Exclude<CameraState, { readonly at: 'trouble' }>, isChecking: boolean) {
  if (isChecking) return words.checking;
  if (camera.at === 'starting') return words.cameraStarting;
  const HINT: Readonly<Record<Sight, (typeof words)['pointAtCode']>> = {
    nothing: words.pointAtCode,
    'part-of-a-code': words.holdStill,
    dark: camera.hasTorch ? words.tooDark : words.tooDarkNoTorch,
  };
  return HINT[camera.sight];
}

/** For codes that a camera cannot read but a person can, and for readers that type. */
function TypedCode({ usher }: { readonly usher: Usher }) {
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const send = (): void => {
    const typed = code.trim();
    if (typed === '') return;
    setCode('');
    void usher.check(typed, 'typed');
  };
  return (
    <form
      class="typed"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        class="field"
        type="text"
        ref={field}
        maxLength={512}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        aria-label={say(words.typeLabel)}
        placeholder={say(words.typeLabel)}
        value={code}
        onInput={({ currentTarget }) => setCode(currentTarget.value)}
      />
      <button type="submit" class="button button-primary" disabled={usher.isChecking.value}>
        {say(words.typeDo)}
      </button>
    </form>
  );
}
