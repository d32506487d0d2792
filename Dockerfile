# Two stages: the first installs Dateline and converts the default encoder with PyTorch, the second
# carries what runs. On Linux, PyTorch's usual wheel brings gigabytes of CUDA libraries into the first
# stage; to avoid them: --build-arg PIP_EXTRA_INDEX_URL=<PyTorch's CPU wheel index>
# For a language model on this machine: --build-arg EXTRAS=sources,eval,local-llm

FROM python:3.11-slim AS build
ARG PIP_EXTRA_INDEX_URL
ARG EXTRAS=sources,eval
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# Dependencies come first, so that a change to the code doesn't install them again.
COPY pyproject.toml constraints.txt ./
RUN python3 -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
      extras = [r for name in '$EXTRAS'.split(',') for r in p['optional-dependencies'][name]]; \
      open('core.txt', 'w').write('\n'.join(p['dependencies'] + extras)); \
      open('models.txt', 'w').write('\n'.join(p['optional-dependencies']['models']))"
RUN python3 -m venv /srv/dateline \
 && /srv/dateline/bin/pip install -q -c constraints.txt -r core.txt
RUN python3 -m venv /srv/convert \
 && /srv/convert/bin/pip install -q -c constraints.txt -r core.txt -r models.txt

COPY . .
RUN /srv/convert/bin/pip install -q --no-deps . \
 && /srv/convert/bin/dateline encoder export /srv/encoder \
 && /srv/dateline/bin/pip install -q --no-deps .

# Converted models run here on the CPU only: OpenVINO's other devices and model readers are removed,
# and so are test suites and pip. The bytecode that pip wrote stays, for a quick start.
RUN cd /srv/dateline/lib/python3*/site-packages \
 && rm -rf openvino/include openvino/libs/cache.json openvino/libs/libopenvino_intel_[gn]pu_plugin.so \
 && find openvino/libs -name 'libopenvino_*_frontend.so*' ! -name '*_ir_*' -delete \
 && find . -type d -name tests -prune -exec rm -rf {} + \
 && /srv/dateline/bin/pip uninstall -q -y pip setuptools


FROM python:3.11-slim
# The image's standard library comes without bytecode, and the user below can't write it.
RUN python3 -m compileall -q -x 'site-packages|dist-packages|/test/|/idlelib/|/lib2to3/' \
      "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
 && install -d -o 10001 -g 10001 /data
COPY --from=build /srv/encoder /srv/encoder
COPY --from=build /srv/dateline /srv/dateline
COPY samples /app/samples
COPY eval/gold /app/eval/gold

ENV PATH=/srv/dateline/bin:$PATH \
    HOME=/data \
    DATELINE_HOME=/data \
    DATELINE_ENCODER=/srv/encoder
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["dateline"]
CMD ["serve", "--host", "0.0.0.0"]
