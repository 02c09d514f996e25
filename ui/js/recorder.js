/* The microphone as uncompressed samples: what a codec throws away is missing in a cloned voice. */
Voicereel.recorder = async function (onLevel) {
  if (!navigator.mediaDevices || !window.AudioWorkletNode) {
    throw new Error("This browser gives no microphone to pages without https. Upload a recording instead.");
  }
  // A call's clean-up (echo, noise, level) bends the voice; here the voice itself is wanted.
  const asked = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: asked });
  } catch (error) {
    throw new Error(error.name === "NotFoundError"
      ? "No microphone was found. Plug one in, or upload a recording."
      : "The microphone is not allowed. Allow it beside the address, or upload a recording.");
  }
  const sound = new AudioContext(), parts = [];
  const worklet = 'registerProcessor("take", class extends AudioWorkletProcessor { process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; } });';
  const address = URL.createObjectURL(new Blob([worklet], { type: "text/javascript" }));
  let taking = true, frames = 0;
  try {
    await sound.audioWorklet.addModule(address);
  } finally {
    URL.revokeObjectURL(address);
  }
  const tap = new AudioWorkletNode(sound, "take", { numberOfOutputs: 0 });
  tap.port.onmessage = ({ data }) => {
    if (!taking) return;
    parts.push(data);
    frames += data.length;
    let loudest = 0;
    for (const sample of data) loudest = Math.max(loudest, Math.abs(sample));
    onLevel(loudest, frames / sound.sampleRate);
  };
  sound.createMediaStreamSource(stream).connect(tap);
  const end = () => {
    taking = false;
    stream.getTracks().forEach((track) => track.stop());
    return sound.close();
  };
  return {
    cancel: end,
    finish: async () => {
      const rate = sound.sampleRate;
      await end();
      return new File([Voicereel.wave(parts, frames, rate)], "recording.wav", { type: "audio/wav" });
    },
  };
};

/** Mono samples (-1 to 1) as a WAV file with 16 bits. */
Voicereel.wave = function (parts, frames, rate) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * frames));
  const write = (at, text) => [...text].forEach((letter, place) => bytes.setUint8(at + place, letter.charCodeAt(0)));
  write(0, "RIFF"); bytes.setUint32(4, 36 + 2 * frames, true); write(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true); bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true); bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true); write(36, "data"); bytes.setUint32(40, 2 * frames, true);
  let at = 44;
  for (const part of parts) for (const sample of part) {
    bytes.setInt16(at, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true);
    at += 2;
  }
  return bytes;
};
