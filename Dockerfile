# docker build -t nice-to-know . && docker run -v "$PWD/results:/app/results" nice-to-know
FROM python:3.11-slim-bookworm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock Makefile ./
RUN make setup PIP_ARGS="--no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu"
COPY . .
CMD ["make", "reproduce"]
