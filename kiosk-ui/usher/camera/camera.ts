/** The camera on the back of the device, as a stream and a light. It asks for what the browser offers and works without any of it. */
export interface Camera {
  readonly stream: MediaStream;
  /** False where the device has no light that a page may switch. */
  readonly hasTorch: boolean;
  setTorch(isOn: boolean): Promise<boolean>;
  close(): void;
}

/** `insecure`: browsers give a camera only to a page that came over HTTPS or from the device itself. */
export type CameraTrouble = 'insecure' | 'denied' | 'absent' | 'busy';

export type CameraAnswer = { readonly kind: 'open'; readonly camera: Camera } | { readonly kind: 'trouble'; readonly trouble: CameraTrouble };

/** What the standard's image capture adds to a track (W3C MediaStream Image Capture, section 5), which the compiler's library does not know yet. */
declare global {
  interface MediaTrackCapabilities {
    readonly torch?: boolean;
    readonly focusMode?: readonly string[];
  }
  interface MediaTrackConstraintSet {
    torch?: boolean;
    focusMode?: string;
  }
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
};

/** @param onEnded the camera was taken away: unplugged, or given to another program */
export async function openCamera(onEnded: () => void): Promise<CameraAnswer> {
  // Absent on a page that is not secure, whatever the types say.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) return { kind: 'trouble', trouble: 'insecure' };
  try {
    const stream = await devices.getUserMedia(WANTED);
    const [track] = stream.getVideoTracks();
    if (track === undefined) return { kind: 'trouble', trouble: 'absent' };
    track.addEventListener('ended', onEnded);
    const able: MediaTrackCapabilities = track.getCapabilities?.() ?? {};
    if (able.focusMode?.includes('continuous')) await apply(track, { focusMode: 'continuous' });
    return {
      kind: 'open',
      camera: {
        stream,
        hasTorch: able.torch === true,
        setTorch: (isOn) => apply(track, { torch: isOn }),
        close: () => {
          track.removeEventListener('ended', onEnded);
          for (const each of stream.getTracks()) each.stop();
        },
      },
    };
  } catch (cause) {
    return { kind: 'trouble', trouble: troubleOf(cause) };
  }
}

/** False when the device does not do it after all: nothing depends on it. */
async function apply(track: MediaStreamTrack, settings: MediaTrackConstraintSet): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [settings] });
    return true;
  } catch {
    // Some phones name a capability and refuse it: the picture stays as it is.
    return false;
  }
}

function troubleOf(cause: unknown): CameraTrouble {
  switch (cause instanceof DOMException ? cause.name : undefined) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'absent';
  }
}
