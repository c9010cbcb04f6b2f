"""The transport on RabbitMQ, 3.10 and 4.x: the only place that knows aio-pika."""

from callcenter.messaging.rabbitmq.transport import RabbitTransport

__all__ = ["RabbitTransport"]
