# RabbitMQ: once for the box office, once for every machine (MACHINE is its name).
rabbitmqctl set_topic_permissions box-office amq.topic '^(foyer\.v1\.[^.]+\.[^.]+\.dn\..*|foyer\.v1\.val\.[^.]+\..*)$' '^(foyer\.v1\.[^.]+\.[^.]+\.up\..*)$'
rabbitmqctl set_topic_permissions MACHINE amq.topic '^(foyer\.v1\.[^.]+\.{client_id}\.up\..*)$' '^(foyer\.v1\.[^.]+\.{client_id}\.dn\..*|foyer\.v1\.val\.[^.]+\..*)$'
