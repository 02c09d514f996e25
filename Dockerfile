# Two images of one studio, started as `pod`, `serverless`, `worker` or any command of `python -m backend`:
#   slim  code, Python and uv; the first start makes the environment on the volume
#   full  the studio's environments and the weights of Kokoro and Whisper as well, and ENGINES="f5 chatterbox …"
# BASE is any image with Debian's useradd, certificates, and Python 3.10 to 3.12 with pip as python3.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS tools
COPY requirements.txt /
RUN python3 -m pip install --quiet --no-cache-dir --no-deps --target /tools "$(grep '^uv==' /requirements.txt)"

FROM ${BASE} AS slim
RUN useradd --uid 1000 --create-home studio && install -d -o studio -g studio /data /opt/voicereel
COPY --from=tools /tools/bin/uv /usr/local/bin/uv
COPY . /opt/voicereel
WORKDIR /opt/voicereel
RUN python3 -m compileall -q .
USER 1000
# Everywhere, since a container is reached from outside only; without STUDIO_API_KEY it refuses and says what to do.
ENV STUDIO_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=15s --timeout=6s --start-period=20m CMD ["python3", "-m", "hosting.start", "health"]
ENTRYPOINT ["python3", "-m", "hosting.start"]
CMD ["pod"]

FROM slim AS full
ARG ENGINES=""
# One step, so that the environments share their files and nothing else that was made on the way is kept.
RUN export UV_CACHE_DIR=/tmp/home/cache STUDIO_HOME=/tmp/home \
    && python3 -m hosting.start bake studio serverless \
    && python3 -m hosting.start weights kokoro whisper \
    && for engine in ${ENGINES}; do \
         python3 -m hosting.start call install_engine "{\"engine\": \"${engine}\"}" || exit 1; \
       done \
    && for part in models engines; do test ! -d /tmp/home/${part} || mv /tmp/home/${part} .baked/; done \
    && rm -rf /tmp/home .baked/engines/.cache
ENV STUDIO_WEIGHTS_FOLDER=/opt/voicereel/.baked/models
