# One image for all five services: the command says which one it is.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE}

LABEL org.opencontainers.image.title="Call Center AI Assistant" \
      org.opencontainers.image.description="Five event-driven services that understand a customer, decide with reasons, open the ticket and wrap up." \
      org.opencontainers.image.licenses="MIT"

WORKDIR /app

# An environment of our own: what the base image brings along cannot get in its way.
ENV PATH=/opt/venv/bin:$PATH
RUN python3 -m venv /opt/venv

# The lock comes before the code: a change of code reuses this layer.
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY businesses businesses
COPY callcenter callcenter
COPY languages languages
COPY services services
COPY simulation simulation

# The weights of the understanding, if `make install` has fetched them; else they are fetched here. Without either the build
# goes on, and the agent is `lite`. The file system is read-only later, so what is learnt from the businesses is kept now.
COPY requirements.lock .models*/model.onnx .models*/tokenizer.json .models/
RUN python -m services.agent.weights && python -c "from services.agent import build; build()"

RUN python -m compileall -q callcenter services simulation \
 && printf '#!/bin/sh\nexec python -m services.cli "$@"\n' >/usr/local/bin/callcenter && chmod +x /usr/local/bin/callcenter

ENV HOME=/tmp \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# A number rather than a name, so that an orchestrator can verify that it is not root.
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "services"]
